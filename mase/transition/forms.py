"""The form of one part of turning 18."""

from typing import Any

from django import forms

from cse_portal.reference.selectors import choices
from cse_portal.ui.forms import DateField3, LongTextField, PortalForm, RadioField
from mase.transition.models import TransitionPart

DATED = {
    TransitionPart.DISCUSSION: "When was it talked about?",
    TransitionPart.REFERRAL: "When was the referral made?",
    TransitionPart.JOINT_MEETING: "When was the joint meeting?",
    TransitionPart.HANDOVER: "When was the handover confirmed?",
}
CODED = {
    TransitionPart.OUTCOME: ("transition-outcome", "What did adult services decide?"),
    TransitionPart.CONSENT: ("transition-consent", "Does the young person agree?"),
}
ASKED = {
    TransitionPart.DISCUSSION: (
        "Who talked with the young person, and what do they want?",
        "In their own words if you have them.",
    ),
    TransitionPart.REFERRAL: ("To whom, and for what?", "For example a Care Act section 42 enquiry."),
    TransitionPart.OUTCOME: ("What follows from it?", ""),
    TransitionPart.WORKER: ("Who is it, and how are they reached?", "Name, team, work telephone and e-mail."),
    TransitionPart.CONSENT: (
        "What did they agree to, or why not?",
        "From 18 an adult decides for themselves. Say what was explained, and to what they agree.",
    ),
    TransitionPart.SUPPORT: (
        "Which support goes on after 18?",
        "For example an adviser on sexual violence, a plan for care leavers or for education and health.",
    ),
    TransitionPart.MEASURES: (
        "Which special measures are still needed?",
        "For court or for safety: screens, an intermediary, orders that run out at 18.",
    ),
    TransitionPart.JOINT_MEETING: ("Who met, and what was agreed?", ""),
    TransitionPart.HANDOVER: ("Who has taken over, and what was handed over?", ""),
}


class PartForm(PortalForm):
    """A day or a choice where the part has one, and words."""

    def __init__(self, *args: Any, part: TransitionPart, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, one in _fields(part).items():
            self.fields[name] = one

    @property
    def told(self) -> dict[str, Any]:
        """As the service takes it."""
        return {name: self.cleaned_data[name] for name in self.fields}


def _fields(part: TransitionPart) -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {}
    if part in DATED:
        found["happened_on"] = DateField3(label=DATED[part], past=True, required_error="Enter the day")
    if part in CODED:
        codes, question = CODED[part]
        found["code"] = RadioField(label=question, choices=choices(codes), required_error="Choose one")
    question, hint = ASKED[part]
    found["text"] = LongTextField(
        label=question, help_text=hint, max_length=4000, required_error="Write it down, or that there is none"
    )
    return found
