"""The filters of the triage queue, and the decision on a concern."""

from collections.abc import Sequence
from typing import Any

from cases.casework.forms import MembershipField
from cases.concerns.choices import ConcernOutcome, Urgency
from cases.concerns.forms.page import page_of
from cases.handoffs.selectors import agencies_to_ask
from cases.matching.selectors.known import Match
from cases.record.choices import CATEGORIES, CATEGORY_CRITERIA, HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.record.selectors import caseworkers
from cases.triage.services import Opening, Verdict
from cse_portal.accounts.choices import AgencyKind
from cse_portal.reference import selectors as reference
from cse_portal.ui.forms import (
    CheckboxesField,
    FilterForm,
    LongTextField,
    PortalForm,
    RadioField,
    SelectField,
    TextField,
)

OPENING = ("lead", "category", "harm_status", "lawful_basis")
HINTS = {
    ConcernOutcome.OPEN_CASE.value: "The child or young person becomes known to the partnership",
    ConcernOutcome.ADD_TO_CASE.value: "The child already has a case",
    ConcernOutcome.EARLY_HELP.value: "Support without a case, from the agency you ask",
    ConcernOutcome.SINGLE_AGENCY.value: "One agency can deal with this by itself; you ask it here",
    ConcernOutcome.ADVICE.value: "The author is told what to do or watch for",
    ConcernOutcome.NO_FURTHER_ACTION.value: "Nothing follows now; the reason is kept as fully as any other",
}


class TriageFilterForm(FilterForm):
    """What of the queue is shown."""

    overdue = CheckboxesField(label="Time to decide", choices=[("yes", "Past the time allowed")], small=True)
    urgency = SelectField(label="Urgency", choices=Urgency.choices, blank="Any urgency")

    @property
    def page(self) -> int:
        """The page asked for."""
        return page_of(self.data)


def asked_field() -> LongTextField:
    """What the agency is asked to do. Its people read this and the concern."""
    return LongTextField(
        label="What do you ask of them?", max_length=4000, rows=3, required=False,
        help_text="They are told at once, see this concern, and accept or decline within 2 working days",
        required_when_shown="Say what you ask of the agency",
    )  # fmt: skip


class DecisionForm(PortalForm):
    """What follows from a concern. Every answer needs a reason, and feedback for its author."""

    outcome = RadioField(
        label="What follows from this concern?", choices=ConcernOutcome.choices, label_size="m", hints=HINTS,
        reveals={
            ConcernOutcome.OPEN_CASE.value: OPENING,
            ConcernOutcome.ADD_TO_CASE.value: ("case", "other_case"),
            ConcernOutcome.EARLY_HELP.value: ("early_help_agency", "early_help_asked"),
            ConcernOutcome.SINGLE_AGENCY.value: ("single_agency", "single_asked"),
        },
    )  # fmt: skip
    lead = MembershipField(
        None, label="Lead professional", blank="Choose a person", required=False,
        help_text="Their agency becomes the lead agency", required_when_shown="Choose a lead professional",
    )  # fmt: skip
    category = RadioField(
        label="Category", choices=CATEGORIES, required=False, small=True, hints=CATEGORY_CRITERIA,
        required_when_shown="Select the category",
    )  # fmt: skip
    harm_status = RadioField(
        label="Harm", choices=HarmStatus.choices, required=False, small=True,
        help_text="Beside the category, and never worked out from it",
        required_when_shown="Select what is known about harm",
    )  # fmt: skip
    lawful_basis = SelectField(
        label="Lawful basis for sharing the case", blank="Choose a lawful basis", required=False,
        required_when_shown="Choose a lawful basis",
    )  # fmt: skip
    case = RadioField(label="Which case?", required=False, small=True)
    other_case = TextField(
        label="Another case’s reference", max_length=20, width=20, required=False,
        help_text="Like CSE-2026-48213. Leave empty if you chose a case above.",
    )  # fmt: skip
    early_help_agency = SelectField(
        label="Which agency gives early help?", blank="Choose an agency", required=False,
        required_when_shown="Choose the agency that gives early help",
    )  # fmt: skip
    early_help_asked = asked_field()
    single_agency = SelectField(
        label="Which agency responds?", blank="Choose an agency", required=False,
        required_when_shown="Choose the agency that responds",
    )  # fmt: skip
    single_asked = asked_field()
    rationale = LongTextField(
        label="Why?", max_length=8000, rows=5, label_size="m",
        help_text="For the record. The author does not see this.",
        required_error="Say why you decide this",
    )  # fmt: skip
    feedback = LongTextField(
        label="Feedback to the author", max_length=4000, rows=4, label_size="m",
        help_text="What happens now, and what they can do. Name nobody they do not need to know of.",
        required_error="Write feedback to the author",
    )  # fmt: skip

    def __init__(self, *args: Any, matches: Sequence[Match] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["lead"].queryset = caseworkers()
        self.agencies = {agency.code: agency for agency in agencies_to_ask()}
        early_help = [each for each in self.agencies.values() if each.kind == AgencyKind.EARLY_HELP]
        offered = {"early_help_agency": early_help, "single_agency": self.agencies.values()}
        for name, agencies in offered.items():
            fields[name].choices = [("", "Choose an agency"), *((each.code, each.name) for each in agencies)]
        fields["lawful_basis"].choices = [("", "Choose a lawful basis"), *reference.choices("lawful-basis")]
        cases = [match.case for match in matches if match.case and match.case.is_open]
        fields["case"].choices = [(each.reference, f"{each.child.name}, {each.reference}") for each in cases]
        if not cases:
            del fields["case"]
            fields["outcome"].reveals = {
                **fields["outcome"].reveals,
                ConcernOutcome.ADD_TO_CASE.value: "other_case",
            }
            fields["other_case"].label = "Which case?"
            fields["other_case"].help_text = "Its reference, like CSE-2026-48213"

    def clean(self) -> dict[str, Any]:
        """Adding to a case needs to know which."""
        said = self.cleaned_data
        adds = said.get("outcome") == ConcernOutcome.ADD_TO_CASE
        if adds and not self.case_reference and "other_case" not in self.errors:
            self.add_error(
                "case" if "case" in self.fields else "other_case", "Say which case to add the concern to"
            )
        return said

    @property
    def case_reference(self) -> str:
        """The case named, whichever way; a reference that was typed counts before one that was ticked."""
        typed = self.cleaned_data.get("other_case") or self.cleaned_data.get("case") or ""
        return str(typed).strip().upper()

    @property
    def adds_to_case(self) -> bool:
        """Whether the decision names a case."""
        return self.cleaned_data["outcome"] == ConcernOutcome.ADD_TO_CASE

    def verdict(self, case: Case | None) -> Verdict:
        """The decision as the service takes it."""
        said = self.cleaned_data
        outcome = ConcernOutcome(said["outcome"])
        responds = {
            ConcernOutcome.EARLY_HELP: (said["early_help_agency"], said["early_help_asked"]),
            ConcernOutcome.SINGLE_AGENCY: (said["single_agency"], said["single_asked"]),
        }
        agency, asked = responds.get(outcome, ("", ""))
        return Verdict(
            outcome=outcome,
            rationale=said["rationale"],
            feedback=said["feedback"],
            opening=self._opening() if outcome == ConcernOutcome.OPEN_CASE else None,
            case=case,
            responsible_agency=self.agencies.get(agency),
            asked=asked or "",
        )

    def _opening(self) -> Opening:
        said = self.cleaned_data
        return Opening(
            lead_agency=said["lead"].agency,
            lead_professional=said["lead"].user,
            category=RiskCategory(int(said["category"])),
            harm_status=HarmStatus(said["harm_status"]),
            lawful_basis=said["lawful_basis"],
        )
