"""Looking something up in the audit, and deciding on a finding."""

from typing import Any

from django.core.exceptions import ValidationError

from cases.record.models.case import Case
from cases.sharing.selectors.exclusions import case_by_reference
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.models import Verdict
from cse_portal.ui.forms import LongTextField, PortalForm, RadioField, TextField
from mase.meetings.forms.scheduling import PersonField
from reporting.oversight.selectors import oversight

CASE, PERSON = "case", "person"


class LookUpForm(PortalForm):
    """Who looked at a child, or what somebody looked at."""

    about = RadioField(
        label="What do you want to know?", required_error="Choose what you want to know",
        choices=[(CASE, "Who looked at a child’s case"), (PERSON, "What a person looked at")],
        reveals={CASE: "reference", PERSON: "person"},
    )  # fmt: skip
    reference = TextField(
        label="Case reference", help_text="For example, CSE-2026-00042", max_length=20,
        required_when_shown="Enter the reference of the case",
    )  # fmt: skip
    person = PersonField(
        oversight.people, label="Person", blank="Choose a person", required_when_shown="Choose a person",
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.case: Case | None = None

    def clean_reference(self) -> str:
        """As it is written on papers, in whatever case."""
        reference: str = self.cleaned_data["reference"].strip().upper()
        if self.data.get("about") == CASE and reference:
            self.case = case_by_reference(self.by, Permission.AUDIT_VIEW, reference)
            if self.case is None:
                raise ValidationError(
                    "No case has this reference. Check it with the person who gave it to you."
                )
        return reference


class SearchesForm(PortalForm):
    """The words of a search."""

    words = TextField(
        label="Name or other words", max_length=100, required_error="Enter the words of the search",
        help_text="Whole words, in any order. Sent with the form and never kept: of every search, yours included, the "
        "audit holds a mark that the same words make again and nobody can read back.",
    )  # fmt: skip


class VerdictForm(PortalForm):
    """What the privacy officer found."""

    verdict = RadioField(
        label="What did you find?", choices=Verdict.choices, required_error="Choose what you found"
    )
    note = LongTextField(
        label="What it rests on", help_text="Whom you asked, and what they said. Name no child.", max_length=1000,
        required_error="Say what your verdict rests on", rows=5, count=True,
    )  # fmt: skip
