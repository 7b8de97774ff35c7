"""Adding to the health detail of a case."""

from cases.choices import HealthTopic
from cse_portal.ui.forms import DateField3, LongTextField, PortalForm, RadioField


class HealthForm(PortalForm):
    """One fact of the child's health, and what the others may know of it."""

    topic = RadioField(
        label="What is it about?",
        choices=HealthTopic.choices,
        small=True,
        required_error="Choose what it is about",
    )
    happened_on = DateField3(label="When was it?", past=True)
    text = LongTextField(
        label="What do you know?", max_length=4000, rows=5, count=True,
        help_text="Facts that others need to keep the child or young person safe. Not the whole record",
        required_error="Say what you know",
    )  # fmt: skip
    for_others = LongTextField(
        label="What may everybody who sees this case know?", max_length=500, rows=2, count=True, required=False,
        help_text="One sentence without the detail. It is shown in meetings. For example, Health sees her every "
        "two weeks and is content with how she is cared for",
    )  # fmt: skip
