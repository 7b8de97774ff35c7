"""The forms of an order: asking for it, each of its steps, a breach, its effect and the children it protects."""

from typing import Any

from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.reference.selectors import choices, clock_rule
from cse_portal.ui import forms
from intelligence.disruption.choices import BEGUN, Effect, Stage
from intelligence.disruption.models import Disruption
from intelligence.disruption.selectors import applicants, children_linked, tactic, tactics
from intelligence.disruption.services import Step, Tactic
from intelligence.subjects.models import Subject, SubjectKind

# What each step asks besides its day and what happened, and in which words.
FIELDS: dict[Stage, dict[str, str]] = {
    Stage.REQUESTED: {"due_on": "By when is the next step?"},
    Stage.APPLIED: {"due_on": "When is the hearing?"},
    Stage.GRANTED: {"due_on": "By when is it to be served, or in force?", "conditions": ""},
    Stage.SERVED: {"served_by": "", "starts_on": "", "ends_on": "", "review_on": "", "conditions": ""},
    Stage.IN_FORCE: {"ends_on": "", "review_on": "", "conditions": ""},
}


class RegisterFilter(forms.FilterForm):
    """Which orders to show."""

    show = forms.HiddenField()
    against = forms.HiddenField()
    ward = forms.SelectField(label="Ward", choices=lambda: choices("ward"), blank="All")
    kind = forms.SelectField(label="Against", choices=SubjectKind.choices, blank="Anybody or anything")
    act = forms.SelectField(
        label="Law", blank="Any",
        choices=lambda: [(act, act) for act in sorted({each.act for each in tactics() if each.act})],
    )  # fmt: skip


class ChildrenField(forms.ModelCheckboxesField):
    """Children linked with the subject, whose cases the person may open."""

    def label_from_instance(self, obj: Any) -> str:
        """The name and the reference."""
        return f"{obj.child.name}, {obj.reference}"


class ChildrenForm(forms.PortalForm):
    """Children whom an order protects."""

    children = ChildrenField(
        None, label="Which children does it protect?", required=False, small=True,
        help_text="Children linked with the subject, whose cases you may open.",
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["children"]
        field.queryset = self.linked = children_linked(user, subject)


class AskForm(ChildrenForm):
    """An order against a subject: which tactic, why, by whom, by when and for which children."""

    tactic = forms.SelectField(
        label="Tactic", blank="Choose a tactic",
        choices=lambda: [(each.code, each.name) for each in tactics()],
    )  # fmt: skip
    text = forms.LongTextField(
        label="What is to be done, and why", max_length=2000, required_error="Say what is to be done, and why",
        help_text="Anyone who sees the subject reads it. Name no child here, and nobody who told us.",
    )  # fmt: skip
    agency = forms.SelectField(
        label="Agency", help_text="Who applies for it. Somebody there must be able to see this subject.",
        choices=lambda: [(str(each.pk), each.name) for each in applicants()],
    )  # fmt: skip
    due_on = forms.DateField3(
        label="To be in force by", future=True, required_error="Say by when it is to be in force",
        help_text="The agency is reminded of it, and it is on each CMOG until it is in force or not used after all.",
    )  # fmt: skip
    ward = forms.SelectField(label="Ward", choices=lambda: choices("ward"), blank="No ward", required=False)
    field_order = ("tactic", "text", "agency", "due_on", "ward", "children")

    def __init__(self, *args: Any, subject: Subject, child: str = "", **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, **kwargs)
        self.fields["due_on"].initial = clock_rule("DISRUPTION_DUE").due(timezone.localdate())
        self.fields["ward"].initial = subject.ward
        self.fields["children"].initial = [each.pk for each in self.linked if each.reference == child]
        if not self.linked:
            del self.fields["children"]

    @property
    def asked(self) -> Tactic:
        """As the service takes it."""
        given = self.cleaned_data
        agency = next(each for each in applicants() if str(each.pk) == given["agency"])
        children = given.get("children", ())
        return Tactic(given["tactic"], given["text"], agency, given["due_on"], given["ward"], children)


class StepForm(forms.PortalForm):
    """One step of an order, with what that step decides."""

    on = forms.DateField3(label="On which day?", past=True, required_error="Enter the day")
    served_by = forms.TextField(label="Who served it?", required_error="Say who served it")
    starts_on = forms.DateField3(
        label="When does it start?",
        required=False,
        help_text="Leave it empty if it starts on the day it is served.",
    )
    ends_on = forms.DateField3(
        label="When does it end?", required=False,
        help_text="The first day on which it is no longer in force. Leave it empty if it has no end.",
    )  # fmt: skip
    review_on = forms.DateField3(label="When is it reviewed?", future=True, required=False)
    due_on = forms.DateField3(label="By when?", future=True, required=False)
    conditions = forms.LongTextField(
        label="Conditions, one a line", rows=4, required=False, help_text="As the order says them. Name no child.",
    )  # fmt: skip
    text = forms.LongTextField(label="What happened?", required_error="Say what happened")

    def __init__(self, *args: Any, disruption: Disruption, stage: Stage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stage = stage
        own = disruption.stage == stage
        asked = {name: words for name, words in FIELDS.get(stage, {}).items() if not own or name not in _ONCE}
        for name in [name for name in self.fields if name not in {"on", "text", *asked}]:
            del self.fields[name]
        for name, words in asked.items():
            field: Any = self.fields[name]
            field.label = words or field.label
            if stage in BEGUN or name != "due_on":
                field.initial = getattr(disruption, name)
        length = tactic(disruption.tactic).length
        if "ends_on" in self.fields and length:
            self.fields["ends_on"].help_text += f" Usual length: {length[0].lower()}{length[1:]}."
        self.fields["on"].initial = timezone.localdate()

    @property
    def step(self) -> Step:
        """As the service takes it."""
        return Step(stage=self.stage, **self.cleaned_data)


_ONCE = {"served_by", "starts_on"}


class BreachForm(forms.PortalForm):
    """A breach, and what happens next if somebody knows already."""

    happened_at = forms.MomentField(
        label="When did it happen?", past=True, required_error="Say when it happened"
    )
    text = forms.LongTextField(
        label="What happened?", rows=4, required_error="Say what happened",
        help_text="Anyone who sees the subject reads it. Name no child.",
    )  # fmt: skip
    next_text = forms.LongTextField(
        label="What happens next?", rows=2, required=False,
        help_text="An arrest, a visit, another order. Leave it empty if nobody knows yet.",
    )  # fmt: skip


class NextForm(forms.PortalForm):
    """What happens next after a breach."""

    text = forms.LongTextField(
        label="What happens next?", required_error="Say what happens next",
        help_text="An arrest, a visit, another order: who does it, and by when.",
    )  # fmt: skip


class EffectForm(forms.PortalForm):
    """How well an order works."""

    effect = forms.RadioField(
        label="How much less harm does it let happen?", choices=Effect.choices,
        required_error="Say how well it works",
    )  # fmt: skip
    text = forms.TextField(label="How do you know?", max_length=500, required_error="Say how you know")


class ToldForm(forms.PortalForm):
    """Whether a child was told of the order that protects them."""

    told = forms.RadioField(
        label="Does the child know of the order?", choices=[("yes", "Yes, told"), ("no", "No, agreed not to tell")],
        reveals={"yes": "told_on", "no": "because"}, required_error="Say whether the child was told",
    )  # fmt: skip
    told_on = forms.DateField3(
        label="When was the child told?", past=True, required_when_shown="Enter the day"
    )
    because = forms.TextField(
        label="Why not, and who agreed?", max_length=500, required_when_shown="Say why not"
    )

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        return {name: self.cleaned_data[name] for name in ("told_on", "because")}
