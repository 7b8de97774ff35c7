"""The forms of a shared sentence: what an agency is told, and what it found."""

from cse_portal.ui.forms import DateField3, LongTextField, ModelSelectField, PortalForm
from intelligence.sentences.selectors import agencies_to_tell


class ShareForm(PortalForm):
    """One sentence for one agency, until a day."""

    text = LongTextField(label="Sentence", max_length=300, count=True, required_error="Write the sentence")
    agency = ModelSelectField(agencies_to_tell, label="Agency", blank="Choose an agency")
    until = DateField3(label="Until", future=True, required_error="Enter the last day on which they read it")


class VisitForm(PortalForm):
    """What an agency did, and what it found."""

    on = DateField3(label="When were you there?", past=True, required_error="Enter the day of the visit")
    found = LongTextField(
        label="What did you find?", help_text="What you saw or heard yourself. No child’s name.", rows=4,
        max_length=500, count=True, required_error="Say what you found",
    )  # fmt: skip
