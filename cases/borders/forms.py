"""Forms of what goes over the border of the authority."""

from typing import Any

from django.conf import settings

from cases.borders.models import ELSEWHERE
from cases.borders.services import Acknowledgement
from cases.sharing.forms import LawfulBasisField, start_with_usual_basis
from cse_portal.accounts.models import User
from cse_portal.reference import selectors as reference
from cse_portal.ui.forms import DateField3, LongTextField, PortalForm, RadioField, TextField, YesNoField

ACKNOWLEDGED, WITHDRAWN = "acknowledged", "withdrawn"


def other_authorities() -> list[tuple[str, str]]:
    """Nobody sends a case on to their own authority."""
    return [each for each in reference.choices("local-authority") if each[1] != settings.BOARD_AREA]


class TransferForm(PortalForm):
    """To which authority the case was sent on, to whom there, and when."""

    authority = RadioField(
        label="Which authority?", small=True, required_error="Choose the authority",
        choices=other_authorities,
        reveals={ELSEWHERE: "authority_name"},
    )  # fmt: skip
    authority_name = TextField(
        label="Name of the authority", max_length=100, required_when_shown="Enter the name of the authority"
    )
    contact = TextField(
        label="Who is it sent to there?", help_text="A team, a name, a phone number",
        required_error="Enter who it is sent to",
    )  # fmt: skip
    sent_on = DateField3(label="When was it sent on?", past=True)


class AnswerForm(PortalForm):
    """The other authority acknowledged it, or it is withdrawn."""

    answer = RadioField(
        label="What became of it?", required_error="Say what became of it",
        choices=[
            (ACKNOWLEDGED, "The other authority acknowledged it"),
            (WITHDRAWN, "It is withdrawn: sent in error, or the child did not move"),
        ],
        reveals={ACKNOWLEDGED: ("acknowledged_by", "acknowledged_on", "their_reference"), WITHDRAWN: "reason"},
    )  # fmt: skip
    acknowledged_by = TextField(
        label="Who acknowledged it?", max_length=150, required_when_shown="Enter who acknowledged it"
    )
    acknowledged_on = DateField3(
        label="When?", past=True, required_when_shown="Enter when it was acknowledged"
    )
    their_reference = TextField(label="Their reference", max_length=60, width=20, required=False)
    reason = LongTextField(label="Why is it withdrawn?", max_length=500, required_when_shown="Say why")

    @property
    def acknowledgement(self) -> Acknowledgement | None:
        """As the service takes it; None where it is withdrawn."""
        said = self.cleaned_data
        if said["answer"] == WITHDRAWN:
            return None
        return Acknowledgement(
            said["acknowledged_by"], said["acknowledged_on"], said["their_reference"] or ""
        )


class NoticeForm(PortalForm):
    """The child's social worker in the authority that placed them, and when that authority was told."""

    told_on = DateField3(label="When was the authority told?", past=True)
    social_worker = TextField(
        label="Who is the child’s social worker there?", max_length=150,
        required_error="Enter the child’s social worker",
    )  # fmt: skip
    contact = TextField(label="How can they be reached?", required_error="Enter how they can be reached")


class SharingForm(PortalForm):
    """A decision to share outside the portal, or not to."""

    decided_on = DateField3(label="When was it decided?", past=True)
    with_whom = TextField(
        label="With whom?", help_text="A school, another authority, a landlord", required_error="Enter with whom",
    )  # fmt: skip
    what = LongTextField(label="What is it about?", max_length=2000, required_error="Say what it is about")
    shares = YesNoField(label="Is it shared?", required_error="Say whether it is shared")
    reason = LongTextField(
        label="Why?", max_length=2000, rows=4, required_error="Say why",
        help_text="Weigh the child’s safety, their wishes, and what could go wrong either way.",
    )  # fmt: skip
    lawful_basis = LawfulBasisField()

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        start_with_usual_basis(self, by)
