"""Requests to see a record: who asks, what is left out and why, and how the copy reaches them."""

from django.core.exceptions import ValidationError

from cse_portal.ui import forms
from reporting.subject_access.choices import Delivery, Ground, IdentityProof, Inclusion, Requester


class ReceiveForm(forms.PortalForm):
    """A child, or somebody for them, has asked."""

    asked_by = forms.RadioField(
        label="Who asks?", choices=Requester.choices, required_error="Select who asks",
        reveals={Requester.PARENT: "child_view", Requester.AUTHORISED: "authority"},
    )  # fmt: skip
    child_view = forms.LongTextField(
        label="What the child says about it", max_length=2000,
        help_text="Ask every child who understands what it means, often from about 12. Else say why you did not ask.",
        required_when_shown="Say what the child says, or why you did not ask",
    )  # fmt: skip
    authority = forms.TextField(
        label="What gives them authority?", max_length=500,
        help_text="For example, A signed letter of 3 March, seen by me",
        required_when_shown="Say what gives them authority",
    )  # fmt: skip
    requester_name = forms.TextField(
        label="Their name", max_length=150, required_error="Enter the requester’s name"
    )
    received_on = forms.DateField3(
        label="When did they ask?",
        past=True,
        help_text="The day it reached any partner. The month counts from it.",
    )


class IdentityForm(forms.PortalForm):
    """How the requester was identified."""

    proof = forms.RadioField(
        label="How were they identified?", choices=IdentityProof.choices,
        help_text="Ask for no more than you need. A child need not bring a passport.",
        required_error="Select how they were identified",
    )  # fmt: skip
    on = forms.DateField3(label="When?", past=True)
    note = forms.TextField(
        label="What was seen, or who confirmed it?", max_length=500, help_text="Keep no copy of a document.",
        required_error="Say what was seen, or who confirmed it",
    )  # fmt: skip


class ExtendForm(forms.PortalForm):
    """Two further months."""

    reason = forms.LongTextField(
        label="Why is it complex?", max_length=500, count=True, required_error="Say why it is complex",
        help_text="The requester is told this.",
    )  # fmt: skip
    told_on = forms.DateField3(label="When was the requester told?", past=True)


class CloseForm(forms.PortalForm):
    """Without disclosing."""

    reason = forms.LongTextField(
        label="Why is nothing disclosed?", max_length=500, count=True,
        help_text="Tell them in writing, and that they can complain to the ICO.",
        required_error="Say why nothing is disclosed",
    )  # fmt: skip


class DiscloseForm(forms.PortalForm):
    """The last step."""

    delivery = forms.RadioField(
        label="How does the copy reach them?",
        choices=Delivery.choices,
        required_error="Select how it reaches them",
    )
    confirmed = forms.ConfirmField(
        label="I have checked the name and the list above. This may leave.",
        required_error="Tick the box to confirm that this may leave",
    )


class WordsForm(forms.PortalForm):
    """Words to take out of every text."""

    words = forms.LongTextField(
        label="Words to take out of every text", max_length=10_000, rows=8, required=False,
        help_text="One on a line: for example another person’s name. Check nicknames and first names, too.",
    )  # fmt: skip

    def clean_words(self) -> list[str]:
        """A line each."""
        found = [line.strip() for line in self.cleaned_data["words"].splitlines() if line.strip()]
        if any(len(line) > 200 for line in found):
            raise ValidationError("Enter up to 200 characters on a line")
        return found


class DecideForm(forms.PortalForm):
    """One item: in or out."""

    decision = forms.RadioField(
        label="Decision", choices=Inclusion.choices, required_error="Select whether it is in or left out",
        reveals={Inclusion.OUT: "ground"},
    )  # fmt: skip
    ground = forms.SelectField(
        label="Ground", choices=Ground.choices, blank="Choose a ground",
        required_when_shown="Choose why it is left out",
    )  # fmt: skip
