"""The small forms of the meeting view, each saved on its own."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from cases.assessments.selectors import lowest
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.forms import VersionedForm
from cse_portal.reference.selectors import choices
from cse_portal.ui import forms
from mase.meetings.models.sections import ChildVoice
from mase.meetings.selectors.checks import not_below
from mase.meetings.selectors.record import MeetingRecord
from mase.meetings.services.decision import Decided
from mase.meetings.services.sections import SPOKEN
from mase.plans.choices import DangerEnd, MapKind
from mase.plans.services.safety_map import Danger

PARENT_NEEDS = {
    "parent_heard_by": "Say who spoke with the parent or carer",
    "parent_heard_on": "Enter the day they spoke with the parent or carer",
    "parent_how": "Say how the parent or carer was heard",
}
FAMILY_MAY_READ = "The family may read this"
MAY_BE_NOTHING = ("heard_on", "parent_heard_on", "seen_alone", "parent_alone")


class SectionForm(forms.PortalForm):
    """A part of a meeting.

    `apart`: within an open item, it leaves the screen as a whole when the restricted part does.
    """

    url, apart = "", False
    conflict: dict[str, Any] | None = None  # what another person saved meanwhile
    button = "Save"
    row_fields: Sequence[str] = ()  # the fields that hold what the row of the same names holds
    paired = False  # drawn two fields a line
    auto = False  # saved when a field is left; what makes a new row has its button only
    whole = ""  # the part of the page that is drawn anew once it is saved
    places: Mapping[str, str] = {}  # the field beside which a refusal is told, where it names another

    def __init__(
        self,
        *args: Any,
        record: MeetingRecord | None = None,
        row: Any = None,
        initial: Any = None,
        **kwargs: Any,
    ) -> None:
        own = {name: getattr(row, name) for name in self.row_fields} if row else {}
        super().__init__(*args, initial=own | (initial or {}), **kwargs)
        self.record, self.row = cast(MeetingRecord, record), row

    @property
    def said(self) -> Any:
        """What was written, by the names that the service has for it."""
        return {}


class EditedForm(SectionForm, VersionedForm):
    """A part that two people may edit; the hidden version tells whether another saved first."""

    auto = True
    version = forms.HiddenField(required=False)


class NotesForm(EditedForm):
    """What is said under an item."""

    row_fields = ("notes", "version")
    notes = forms.LongTextField(label="Notes", max_length=20_000, rows=2, required=False)
    button = "Save notes"

    @property
    def said(self) -> dict[str, Any]:
        """What was noted."""
        return {"notes": self.cleaned_data["notes"] or "", "version": self.drawn_at}


class VoiceForm(EditedForm):
    """The child's own words, or why they were not heard."""

    row_fields = (*SPOKEN, "version")
    obtained = forms.YesNoField(
        label="Did somebody speak with the child or young person for this meeting?",
        reveals={
            "yes": ("words", "heard_by", "heard_on", "tool", "seen_alone", "what_changed"),
            "no": ("not_obtained", "not_obtained_detail"),
        },
        required_error="Say whether somebody spoke with the child or young person", inline=False,
    )  # fmt: skip
    words = forms.LongTextField(
        label="Their own words", max_length=20_000, required_when_shown="Write down the child's own words", rows=5,
    )  # fmt: skip
    heard_by = forms.TextField(label="Who heard them", required_when_shown="Say who spoke with the child")
    heard_on = forms.DateField3(
        label="When", past=True, required_when_shown="Enter the day they spoke with the child"
    )
    tool = forms.SelectField(
        label="How", choices=lambda: choices("voice-tool"), required_when_shown="Say how they were heard"
    )
    seen_alone = forms.YesNoField(
        label="Were they seen alone?", required_when_shown="Say whether they were seen alone"
    )
    what_changed = forms.LongTextField(
        label="What changes because of it", rows=2, required=False,
        help_text="What the meeting does differently now, or “Nothing, because …”.",
    )  # fmt: skip
    not_obtained = forms.SelectField(
        label="Why not?", choices=lambda: choices("voice-not-obtained"),
        required_when_shown="Say why nobody spoke with the child",
    )  # fmt: skip
    not_obtained_detail = forms.LongTextField(label="What is being done about it", required=False)
    parent_view = forms.LongTextField(
        label="The parent's or carer's view", max_length=8000, required=False,
        help_text="In their own words, as far as they were written down.",
    )  # fmt: skip
    parent_not_sought = forms.TextField(
        label="If nobody asked for it: not sought because", max_length=500, required=False,
        help_text="It is in the minutes, in the family’s copy too.",
    )  # fmt: skip
    parent_heard_by = forms.TextField(label="Who spoke with them", required=False)
    parent_heard_on = forms.DateField3(label="When they spoke", past=True, required=False)
    parent_how = forms.SelectField(
        label="How they were heard", choices=lambda: choices("parent-heard"), required=False
    )
    parent_alone = forms.YesNoField(label="Without the child or a partner there?", required=False)
    parent_changed = forms.LongTextField(
        label="What changes because of their view", rows=2, required=False, help_text="Or “Nothing, because …”.",
    )  # fmt: skip
    button = "Save the child's voice"

    @property
    def parent_opened(self) -> bool:
        """Whether a parent's view is written, or something about it is to be put right."""
        about = [name for name in self.fields if name.startswith("parent_") and name != "parent_not_sought"]
        return bool(self["parent_view"].value() or any(name in self.errors for name in about))

    def clean(self) -> dict[str, Any]:
        """A parent's view needs who heard it, when and how, as the child's does; or it was not sought, never both."""
        given = super().clean() or self.cleaned_data
        if given.get("parent_view"):
            for name, words in PARENT_NEEDS.items():
                if name not in self.errors and not given.get(name):
                    self.add_error(name, words)
            if given.get("parent_not_sought"):
                self.add_error("parent_not_sought", "Their view is written down: clear why it was not sought")
        return given

    @property
    def said(self) -> dict[str, Any]:
        """What the child and a parent said."""
        kept: dict[str, Any] = {name: self.cleaned_data[name] for name in SPOKEN}
        texts = {name: "" for name, value in kept.items() if value is None and name not in MAY_BE_NOTHING}
        return {"said": ChildVoice(**kept | texts), "version": self.drawn_at}


class DangerForm(EditedForm):
    """A danger statement and its safety goal."""

    row_fields: Sequence[str] = ("text", "disputed_by", "goal", "version")
    text = forms.LongTextField(
        label="Danger statement",
        help_text="Who is worried, that what may happen to the child, when, and how it would harm them.",
        required_error="Write down the danger in plain words",
    )  # fmt: skip
    disputed_by = forms.LongTextField(
        label="Who sees it differently, and how", max_length=2000, rows=2, required=False,
        help_text="If somebody does, the child and the family too.",
    )  # fmt: skip
    goal = forms.LongTextField(
        label="Safety goal",
        help_text="What everyone must see, and for how long, to be sure that the child is safe from this.",
        required_error="Write down what must be seen for this danger to be gone",
    )  # fmt: skip
    button = "Save danger and goal"

    @property
    def danger(self) -> Danger:
        """With its goal."""
        given = self.cleaned_data
        return Danger(text=given["text"], goal=given["goal"], disputed_by=given["disputed_by"] or "")

    @property
    def said(self) -> dict[str, Any]:
        """Another text of it."""
        return {"said": self.danger, "version": self.drawn_at}


class NewDangerForm(DangerForm):
    """One more danger statement."""

    row_fields, auto = (), False
    button = "Add danger and goal"

    @property
    def said(self) -> dict[str, Any]:
        """With the key that makes a second press one."""
        return {"danger": self.danger, "key": self.key}


class EndDangerForm(SectionForm):
    """Why a danger statement ends with this meeting."""

    because = forms.SelectField(label="It ends because", choices=DangerEnd.choices, blank="Choose why")
    reason = forms.LongTextField(
        label="What the meeting saw", max_length=500, rows=2,
        help_text="It is in the minutes, and the next review does not begin with this danger.",
        required_error="Write down what the meeting saw that ends this danger",
    )  # fmt: skip
    button = "End this danger"

    @property
    def said(self) -> dict[str, Any]:
        """Why."""
        given = self.cleaned_data
        return {"because": DangerEnd(given["because"]), "reason": given["reason"]}


class EntryForm(SectionForm):
    """One line of the map."""

    kind = forms.SelectField(label="Where on the map", choices=MapKind.choices, blank="Choose a column")
    text = forms.LongTextField(
        label="In plain words", max_length=2000, rows=2, required_error="Write the line in plain words"
    )
    restricted = forms.ConfirmField(label="For professionals only", required=False, small=True)
    button = "Add to the map"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.record.may_restrict:
            del self.fields["restricted"]

    @property
    def said(self) -> dict[str, Any]:
        """The line."""
        return {"restricted": False, **self.cleaned_data, "key": self.key}


class DecisionForm(EditedForm):
    """The category, the harm, and why."""

    category = forms.RadioField(label="Category", required_error="Choose a category")
    harm_status = forms.SelectField(
        label="Harm", choices=HarmStatus.choices, required_error="Say what is known about harm"
    )
    rationale = forms.LongTextField(
        label="Why", max_length=8000, rows=2, required_error="Say what the decision rests on"
    )
    exploitation_models = forms.CheckboxesField(
        label="Models of exploitation", choices=lambda: choices("exploitation-model"), required=False, folded=True,
        help_text="Tick “not yet known” to look again in some weeks.",
    )  # fmt: skip
    button = "Save decision"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"version": 0, "exploitation_models": self.row.case.exploitation_models}
        if made := self.record.decision:
            self.initial = {name: getattr(made, name) for name in self.fields}
        limit = lowest(self.row.case, self.record.evidence)
        because = not_below(limit, shared=self.record.shared)
        allowed = [(str(value), label) for value, label in RiskCategory.choices if value >= limit.category]
        self.fields["category"].choices = list(reversed(allowed))  # type: ignore[attr-defined]
        self.fields["category"].help_text = because
        # A page that stood open since before a newer assessment still offers what may not be decided any more.
        refused = f"A lower category cannot be decided now. {because}".strip()
        self.fields["category"].error_messages["invalid_choice"] = refused

    @property
    def said(self) -> dict[str, Any]:
        """The decision."""
        given = self.cleaned_data
        decided = Decided(
            RiskCategory(int(given["category"])), HarmStatus(given["harm_status"]), given["rationale"],
            given["exploitation_models"],
        )  # fmt: skip
        return {"decided": decided, "version": self.drawn_at}


class EndForm(forms.PortalForm):
    """What ends a meeting: a reason where it is not quorate."""

    no_quorum_reason = forms.LongTextField(
        label="Why could the meeting go ahead without them?", max_length=500,
        required_error="Say why the meeting could go ahead without them",
    )  # fmt: skip

    def __init__(self, *args: Any, record: MeetingRecord, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not record.missing_quorum:
            del self.fields["no_quorum_reason"]
