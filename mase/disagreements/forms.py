"""The forms of a professional disagreement."""

from functools import partial
from typing import Any, cast

from django.forms import ModelChoiceField

from cse_portal.accounts.models import Agency
from cse_portal.reference.selectors import choices
from cse_portal.ui import forms
from mase.disagreements.models import EntryKind
from mase.disagreements.selectors import ENDED, OPEN, OVERDUE

SHOW = [(OPEN, "Open"), (OVERDUE, "Out of time"), (ENDED, "Resolved or withdrawn")]


class DisagreementFilter(forms.FilterForm):
    """How they stand."""

    show = forms.RadioField(label="Show", choices=SHOW, small=True)


class RaiseForm(forms.PortalForm):
    """With whom, about what, and whether a child may not be safe today."""

    against = forms.ModelSelectField(
        Agency.objects.none(),
        label="Which agency do you disagree with?",
        blank="Choose an agency",
        required_error="Choose the agency you disagree with",
    )
    issue = forms.RadioField(
        label="What is it about?", required_error="Choose what the disagreement is about",
        choices=partial(choices, "escalation-issue"),
    )  # fmt: skip
    about = forms.LongTextField(
        label="What do you not agree with, and what do you want to happen?",
        help_text="Facts, and what it means for the child or young person. Both agencies and the chair read this.",
        required_error="Write what you do not agree with, and what you want to happen",
        rows=5,
    )
    unsafe = forms.YesNoField(
        label="May a child not be safe today because of this?",
        hints={"yes": "Heads of service are called at once and have until tonight."},
        choices=[("no", "No"), ("yes", "Yes")],
        inline=False,
        reveals={"yes": "safety"},
        required_error="Say whether a child may not be safe today",
    )
    safety = forms.LongTextField(
        label="What is the danger?",
        help_text="If somebody is in danger at this moment, ring 999 first.",
        max_length=2000,
        required_when_shown="Write what the danger is",
    )

    def __init__(self, *args: Any, agencies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(ModelChoiceField, self.fields["against"]).queryset = agencies

    @property
    def told(self) -> dict[str, Any]:
        """As the service takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "unsafe"}


LABELS = {
    EntryKind.ANSWERED: "Answer",
    EntryKind.ESCALATED: "Take it to the next stage",
    EntryKind.SAFETY: "Call heads of service today: a child may not be safe",
    EntryKind.RESOLVED: "Record how it was resolved",
    EntryKind.WITHDRAWN: "Withdraw it: it was raised by mistake",
}


class ActForm(forms.PortalForm):
    """What one does with it, and one's words; `stage` is the one that was on the page."""

    kind = forms.RadioField(
        label="What do you do?", required_error="Choose what you do",
        reveals={EntryKind.RESOLVED: ["outcome_code", "learning"]},
    )  # fmt: skip
    text = forms.LongTextField(
        label="What do you say?",
        help_text="What you propose, why you go further, or what was agreed. Everybody who sees the case can read it.",
        required_error="Write what you propose, why you go further, or what was agreed",
        rows=5,
    )
    outcome_code = forms.RadioField(
        label="How was it resolved?", choices=partial(choices, "escalation-outcome"),
        required_when_shown="Choose how the disagreement was resolved",
    )  # fmt: skip
    learning = forms.LongTextField(
        label="What do we learn from it?",
        help_text="Write it so that nobody can be recognised: no name, no place, no agency.",
        required_when_shown="Write what is to be learned, or that there is nothing",
        rows=5,
    )
    stage = forms.HiddenField()

    def __init__(self, *args: Any, kinds: list[EntryKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.RadioField, self.fields["kind"]).choices = [(each.value, LABELS[each]) for each in kinds]

    def clean_kind(self) -> EntryKind:
        """As the service takes it."""
        return EntryKind(self.cleaned_data["kind"])

    def clean_stage(self) -> int:
        """As a number; what is none is no stage."""
        typed = str(self.cleaned_data["stage"])
        return int(typed) if typed.isdecimal() else 0
