"""The forms of a CMOG, its agenda and its items."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from cse_portal.accounts.models import Membership
from cse_portal.reference.selectors import clock_rule
from cse_portal.ui import forms
from cse_portal.ui.presenters import counted, display_date
from mase.cmog.choices import ADDED_BY_HAND
from mase.cmog.selectors.cmog import agencies_for_actions, days_to_offer
from mase.meetings.choices import ItemKind, MeetingKind
from mase.meetings.forms.scheduling import ChairedForm, PeopleField, PersonField, WhereForm
from mase.meetings.forms.sections import EditedForm
from mase.meetings.forms.table import WEEKS, ChoiceOfAgencies, DayOrWeeksForm, in_weeks, still_there
from mase.meetings.selectors.meetings import people_to_invite
from mase.meetings.services.invitations import Alone, Asked
from mase.plans.choices import POLICE_WORK, ActionPriority, PlanP
from mase.plans.services.plan import Agreed

USUAL, OPEN, APART = "usual", "open", "apart"
READ_BY = [
    (USUAL, "As usual: Pursue and Prosecute professionals only, Prevent and Protect everybody"),
    (OPEN, "Everybody at the meeting, and the family in their copy of the minutes"),
    (APART, "Professionals only"),
]
READ_BY_OF_NO_CHILD = [
    (
        USUAL,
        "As usual: Pursue and Prosecute the CSE team and police intelligence, Prevent and Protect everybody",
    ),
    (OPEN, "Everybody who sees this item"),
    (APART, "The CSE team and police intelligence, where they see this item"),
]
# Anyone who does it reads the action alone: not the item it is agreed under, nor what was said there.
NAMES_NO_CHILD = (
    "Something that can be seen to be done. Anyone who does it may not see this item: say here where, and all else they"
    " need. Everybody at their agency who works with children reads it. Name no child."
)


class YearForm(ChairedForm, WhereForm):
    """A year of meetings of a kind: the first, and the same weekday of each month that has one; any may be moved."""

    scheduled_for = forms.MomentField(label="Date and time of the first one", future=True)
    field_order = ("scheduled_for", "place", "link", "chair")

    def __init__(
        self,
        *args: Any,
        kind: MeetingKind,
        first: dt.datetime | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["chair"].help_text = "A CSE Team Manager."
        first = first or self._first_typed()
        self.offered = days_to_offer(kind, first) if first else []
        for number, day in enumerate(self.offered):
            named = f"{day:%A} {display_date(day)}"
            self.fields[f"day_{number}"] = forms.DateField3(
                label=named, future=True, required=False, initial=day
            )

    def _first_typed(self) -> dt.datetime | None:
        field = self.fields["scheduled_for"]
        typed = field.widget.value_from_datadict(self.data, self.files, self.add_prefix("scheduled_for"))
        try:
            return field.clean(typed)
        except ValidationError:
            return None

    @property
    def booking(self) -> dict[str, Any]:
        """As the service takes it."""
        given = self.cleaned_data
        at = timezone.localtime(given["scheduled_for"]).time()
        days = [given[name] for name in given if name.startswith("day_") and given[name]]
        moments = [timezone.make_aware(dt.datetime.combine(day, at)) for day in days]
        where = {name: given[name] or "" for name in ("place", "link")}
        return where | {"days": moments, "chair": self.chosen_chair, "kind": self.kind}


class GuestsForm(forms.PortalForm):
    """Who is asked by name to a meeting about no one child."""

    people = PeopleField(
        None, label="Who is asked?", small=True, required_error="Choose whom to ask",
        help_text="Its members sit on every one. Anybody else is asked to one. It opens no child’s case to them: each "
        "sees the items about children, people and places they may see anyway.",
    )  # fmt: skip
    chosen_alone: Sequence[Alone] = ()

    def __init__(self, *args: Any, people: QuerySet[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[Asked]:
        """As their agencies usually come."""
        return [Asked.of(each) for each in self.cleaned_data["people"]]


class SaidForm(EditedForm):
    """What is said about an item, and what is decided."""

    row_fields = ("notes", "decision", "for_strategic", "version")
    decision = forms.LongTextField(label="What is decided", max_length=8000, required=False)
    for_strategic = forms.TextField(
        label="Report to Strategic CMOG", required=False, max_length=150,
        help_text="In a sentence, without a name. Its members see no child.",
    )  # fmt: skip
    notes = forms.LongTextField(label="What was said", max_length=20_000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.row.meeting.kind != MeetingKind.CMOG:
            del self.fields["for_strategic"]

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        names = ("notes", "decision", "for_strategic")
        return {name: self.cleaned_data.get(name) or "" for name in names} | {"version": self.drawn_at}


class DeferForm(forms.PortalForm):
    """Why it waits."""

    reason = forms.TextField(
        label="Why does it wait for the next meeting?", max_length=500, required_error="Say why it waits"
    )


class CmogActionForm(ChoiceOfAgencies, DayOrWeeksForm):
    """One action agreed at a CMOG, for a child or about what else the item is about."""

    p = forms.RadioField(label="Which of the four Ps", choices=PlanP.choices, inline=True, small=True)
    text = forms.LongTextField(
        label="What will be done", rows=2,
        help_text="Something that can be seen to be done, and what it should change for the child.",
        required_error="Say what will be done",
    )  # fmt: skip
    measure_of_success = forms.LongTextField(
        label="How we shall know that it is done", max_length=1000, rows=2,
        help_text="What will be different for the child, and how anybody can see that.",
        required_error="Say how we shall know that it is done",
    )  # fmt: skip
    priority = forms.RadioField(
        label="Priority", choices=ActionPriority.choices, initial=ActionPriority.MEDIUM, inline=True, small=True,
        required=False,
    )  # fmt: skip
    agency = forms.SelectField(label="Agency")
    owner = PersonField(
        None, label="Person", blank="Nobody yet: the agency must name someone", required=False
    )
    weeks = forms.RadioField(label="By when", inline=True, small=True, required=False)
    due_on = forms.DateField3(label="Or another day", future=True, required=False)
    read_by = forms.RadioField(
        label="Who reads it", choices=READ_BY, initial=USUAL, small=True, required=False,
        help_text="Anyone who does it always reads it, and their agency.",
    )  # fmt: skip

    def __init__(self, *args: Any, may_restrict: bool, of_a_child: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        agencies = agencies_for_actions()
        self._offer(fields["agency"], agencies)
        fields["owner"].queryset = people_to_invite()
        fields["weeks"].choices = [
            (str(number), f"{counted(number, 'week')}: {display_date(in_weeks(number))}") for number in WEEKS
        ]
        by = display_date(clock_rule("ACTION_NAMED").due(timezone.now()))
        named = f"If nobody is named, the agency must name someone by {by}."
        fields["owner"].help_text = (
            f"They must be able to see the child’s case. {named}" if of_a_child else named
        )
        if not of_a_child:
            fields["text"].help_text = NAMES_NO_CHILD
            fields["measure_of_success"].help_text = "What will be different, and how anybody can see that."
            fields["read_by"].choices = READ_BY_OF_NO_CHILD
        if not may_restrict:
            del fields["read_by"]

    def clean_agency(self) -> str:
        """An agency at the table that has ended since is still in the list, so that it can be said here."""
        key: str = self.cleaned_data["agency"]
        return str(still_there(self.agencies[key]).pk)

    @property
    def agreed(self) -> Agreed:
        """As the service takes it."""
        given = self.cleaned_data
        return Agreed(
            p=PlanP(given["p"]),
            text=given["text"],
            agency=self.agencies[given["agency"]],
            due_on=given["due_on"],
            owner=given["owner"].user if given["owner"] else None,
            measure_of_success=given["measure_of_success"] or "",
            priority=ActionPriority(given["priority"] or ActionPriority.MEDIUM),
            restricted=self.is_apart,
        )

    @property
    def is_apart(self) -> bool:
        """Chosen; or as is usual for its P. Anyone who has not the restricted part cannot write in it."""
        if "read_by" not in self.fields:
            return False
        chosen = self["read_by"].value() or USUAL
        return bool(chosen == APART or chosen == USUAL and self["p"].value() in POLICE_WORK)


class AddToCmogForm(forms.PortalForm):
    """A child, person or place by its reference, or a topic; and why. A strategic CMOG is about topics alone."""

    kind = forms.RadioField(
        label="What is it about?", choices=[],
        hints={ItemKind.TOPIC: "Something that names nobody. Everybody at the CMOG reads it."},
        required_error="Say what it is about",
    )  # fmt: skip
    named = forms.TextField(
        label="Its reference, or the topic", max_length=150,
        help_text="You find the reference at the top of the case, or of the page of the person or place.",
        required_error="Enter the reference, or the topic",
    )  # fmt: skip
    because = forms.TextField(
        label="Why is it on the agenda?", max_length=500,
        help_text="In a sentence. Everybody who sees the item reads it: of a person, a place or a topic name no child.",
        required_error="Say why it is on the agenda",
    )  # fmt: skip

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = ADDED_BY_HAND if kind == MeetingKind.CMOG else (ItemKind.TOPIC,)
        self.fields["kind"].choices = [(each, each.label) for each in able]  # type: ignore[attr-defined]

    def clean_kind(self) -> ItemKind:
        """As the service takes it."""
        return ItemKind(self.cleaned_data["kind"])
