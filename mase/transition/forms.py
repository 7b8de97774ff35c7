"""The form of one part of turning 18."""

from typing import Any, cast

from cse_portal.reference.selectors import choices
from cse_portal.ui.forms import DateField3, LongTextField, PortalForm, RadioField
from mase.transition.models import CODES, TransitionPart

DATED = (
    TransitionPart.DISCUSSION, TransitionPart.REFERRAL, TransitionPart.JOINT_MEETING, TransitionPart.HANDOVER,
)  # fmt: skip
ASKED = {
    TransitionPart.DISCUSSION: "Who talked with the young person, and what do they want?",
    TransitionPart.REFERRAL: "To whom, and for what, for example a Care Act section 42 enquiry?",
    TransitionPart.OUTCOME: "What follows from it?",
    TransitionPart.WORKER: "Who is it, and how are they reached?",
    TransitionPart.CONSENT: "What was explained, and to what did they agree, or why not?",
    TransitionPart.SUPPORT: "Which support goes on after 18, for example a plan for care leavers?",
    TransitionPart.MEASURES: "Which special measures are still needed, in court or for safety?",
    TransitionPart.JOINT_MEETING: "Who met, and what was agreed?",
    TransitionPart.HANDOVER: "Who has taken over, and what was handed over?",
}


class PartForm(PortalForm):
    """A day or a choice where the part has one, and words."""

    happened_on = DateField3(label="On which day was it?", past=True, required_error="Enter the day")
    code = RadioField(label="What was the answer?", required_error="Choose one")
    text = LongTextField(
        label="What happened?", required_error="Write it down, or that there is none", rows=5
    )

    def __init__(self, *args: Any, part: TransitionPart, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = ASKED[part]
        if part not in DATED:
            del self.fields["happened_on"]
        if part in CODES:
            cast(RadioField, self.fields["code"]).choices = choices(CODES[part])
        else:
            del self.fields["code"]
