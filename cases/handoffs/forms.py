"""Answering a hand-off, reviewing and ending it, and asking an agency."""

from typing import Any

from cases.handoffs.choices import ENDINGS, HandOffOutcome
from cases.handoffs.selectors import agencies_to_ask
from cases.handoffs.services import NobodyThere
from cse_portal.accounts.models import Agency
from cse_portal.ui import forms


class AcceptForm(forms.PortalForm):
    """What the agency will do, and when it looks again."""

    plan = forms.TextField(
        label="What will you do?", max_length=500, help_text="One sentence, like: Abi meets her weekly at school",
        required_error="Say what you will do",
    )  # fmt: skip
    review_on = forms.DateField3(
        label="When will you review it?", future=True, required_error="Enter the date of the review"
    )


class DeclineForm(forms.PortalForm):
    """Why not."""

    reason = forms.LongTextField(
        label="Why do you decline?", rows=4,
        help_text="The CSE team reads this and asks another agency. You no longer see the concern after this.",
        required_error="Say why you decline",
    )  # fmt: skip


class ReviewForm(AcceptForm):
    """What was found, before what follows."""

    found = forms.LongTextField(
        label="What has happened since?", rows=4, help_text="What you did, how the child is, and what they say",
        required_error="Say what has happened since",
    )  # fmt: skip
    field_order = ["found", "plan", "review_on"]


class EndForm(forms.PortalForm):
    """What came of it."""

    outcome = forms.RadioField(
        label="What came of it?", choices=[(each.value, each.label) for each in ENDINGS], small=True,
        required_error="Say what came of it",
    )  # fmt: skip
    note = forms.LongTextField(
        label="In a few words", required_error="Write a few words about what came of it"
    )

    def __init__(self, *args: Any, accepted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not accepted:  # the CSE team ends what nobody has begun
            only = HandOffOutcome.NOT_NEEDED
            self.fields["outcome"].choices = [(only.value, only.label)]  # type: ignore[attr-defined]


class StepUpForm(forms.PortalForm):
    """Why more is needed, and whether the child is in danger now."""

    reason = forms.LongTextField(
        label="Why is more needed?", rows=5,
        help_text="What changed, how you know it, and how safe the child is now. Triage reads this first.",
        required_error="Say why more is needed",
    )  # fmt: skip
    danger = forms.YesNoField(
        label="Is the child or young person in danger right now?", label_size="m",
        help_text="If yes, call 999 first. Yes alerts everybody in triage at once.",
    )  # fmt: skip


class AskForm(forms.PortalForm):
    """Whom, and for what."""

    agency = forms.ModelSelectField(
        Agency.objects.none(), label="Which agency?", blank="Choose an agency",
        required_error="Choose the agency to ask", error_messages={"invalid_choice": NobodyThere.message},
    )  # fmt: skip
    asked = forms.LongTextField(
        label="What do you ask of them?", rows=5,
        help_text="What the child needs, and what you hope for. They read this and the child’s name.",
        required_error="Say what you ask of them",
    )  # fmt: skip

    def __init__(self, *args: Any, but: Agency | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = agencies_to_ask()
        self.fields["agency"].queryset = offered.exclude(pk=but.pk) if but else offered  # type: ignore[attr-defined]
