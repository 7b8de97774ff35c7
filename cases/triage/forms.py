"""The decision on a concern, a strategy discussion beside it, and correcting a decision."""

from collections.abc import Iterable, Sequence
from typing import Any

from cases.casework.forms import MembershipField
from cases.casework.services import NOT_YET_KNOWN
from cases.concerns.choices import ConcernOutcome
from cases.concerns.models import Concern
from cases.handoffs.selectors import agencies_to_ask
from cases.handoffs.services import NobodyThere
from cases.matching.selectors.known import Match
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.record.selectors import caseworkers
from cases.sharing.forms import LawfulBasisField
from cases.strategy.forms import StrategyForm
from cases.strategy.services import Discussed
from cases.triage.selectors import agencies_to_share_with, protocol
from cases.triage.services import Opening, Verdict
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency
from cse_portal.reference import selectors as reference
from cse_portal.ui import forms

OPENING = (
    "lead", "category", "harm_status", "lawful_basis", "share_with", "models", "models_review_on",
)  # fmt: skip
SHORT_OUTCOMES = [
    (ConcernOutcome.OPEN_CASE.value, "Open a case"), (ConcernOutcome.SINGLE_AGENCY.value, "One agency acts"),
    (ConcernOutcome.ADD_TO_CASE.value, "Add to a case"), (ConcernOutcome.ADVICE.value, "Advice given"),
    (ConcernOutcome.EARLY_HELP.value, "Early help"), (ConcernOutcome.NO_FURTHER_ACTION.value, "No further action"),
]  # fmt: skip
SHORT_CATEGORIES = [
    ("3", "3 High – significant"), ("2", "2 Medium – serious"), ("1", "1 Low – at risk"), ("0", "None"),
]  # fmt: skip
# The criteria of the categories in a few words; in full they are folded below.
IN_SHORT = {
    "3": "habitual, often denied",
    "2": "exchange, coercion likely",
    "1": "worry of grooming, no offence",
    "0": "no more than usual for that age",
}
# What the author reads where triage writes nothing else; the field begins with it once a decision is chosen.
DRAFTS = {
    ConcernOutcome.OPEN_CASE.value: "Thank you. We have opened a case. The lead professional will contact you. If you "
    "learn more, add it to your concern. If {name} is in danger, call 999.",
    ConcernOutcome.ADD_TO_CASE.value: "Thank you. Your concern is now part of the case of {name}. The lead "
    "professional has been told. If you learn more, add it to your concern.",
    ConcernOutcome.EARLY_HELP.value: "Thank you. We have asked an early help agency to support {name}. Go on with "
    "the support that you give. If your worry grows, add to your concern.",
    ConcernOutcome.SINGLE_AGENCY.value: "Thank you. We have asked one agency to respond. They may contact you. If "
    "your worry grows, add to your concern.",
    ConcernOutcome.ADVICE.value: "Thank you. We have given you advice and open no case now. Keep talking with "
    "{name}. If your worry grows, log another concern.",
    ConcernOutcome.NO_FURTHER_ACTION.value: "Thank you. We looked at all that you told us, and nothing follows now. "
    "It stays on record. If your worry grows, log another concern.",
}


def drafts_for(concern: Concern) -> dict[str, str]:
    """The author's feedback by decision, with the child's first name."""
    name = concern.given_name or concern.known_as or "the child"
    return {outcome: words.format(name=name) for outcome, words in DRAFTS.items()}


def _proposed(agencies: Iterable[Agency], concern: Concern) -> list[str]:
    """Those that the protocol names for the indicated category, and the author's."""
    kinds = protocol().get(str(concern.indicated), [])
    return [each.code for each in agencies if each.kind in kinds or each.pk == concern.author_agency_id]


def asked_field() -> forms.LongTextField:
    """What the agency is asked to do. Its people read this and the concern."""
    return forms.LongTextField(
        label="What do you ask of them?",
        help_text="They are told at once, see this concern, and accept or decline within 2 working days",
        required_when_shown="Say what you ask of the agency",
    )  # fmt: skip


class DecisionForm(forms.PortalForm):
    """What follows from a concern. Every decision needs a reason, and has feedback for its author."""

    outcome = forms.RadioField(
        label="What follows from this concern?", choices=SHORT_OUTCOMES,
        required_error="Choose what follows from this concern",
        reveals={
            ConcernOutcome.OPEN_CASE.value: OPENING,
            ConcernOutcome.ADD_TO_CASE.value: ("case", "other_case"),
            ConcernOutcome.EARLY_HELP.value: ("early_help_agency", "early_help_asked"),
            ConcernOutcome.SINGLE_AGENCY.value: ("single_agency", "single_asked"),
        },
    )  # fmt: skip
    category = forms.RadioField(
        label="Category", choices=SHORT_CATEGORIES, hints=IN_SHORT, required_when_shown="Select the category"
    )
    harm_status = forms.SelectField(
        label="Harm", choices=HarmStatus.choices, blank="Choose", required_when_shown="Select what is known about harm",
    )  # fmt: skip
    lead = MembershipField(
        None, label="Lead professional", required=False, required_when_shown="Choose a lead professional"
    )
    share_with = forms.CheckboxesField(label="Share with", required=False)
    models = forms.CheckboxesField(label="Models of exploitation", required=False)
    models_review_on = forms.DateField3(label="If not yet known, look again on", required=False, help_text="")
    lawful_basis = LawfulBasisField(required=False, required_when_shown="Select the lawful basis")
    case = forms.RadioField(label="Which case?", required=False, small=True)
    other_case = forms.TextField(
        label="Another case’s reference", max_length=20, width=20, required=False,
        help_text="Like CSE-2026-48213. Leave empty if you chose a case above.",
    )  # fmt: skip
    early_help_agency = forms.SelectField(
        label="Which agency gives early help?", blank="Choose an agency",
        required_when_shown="Choose the agency that gives early help",
        error_messages={"invalid_choice": NobodyThere.message},
    )  # fmt: skip
    early_help_asked = asked_field()
    single_agency = forms.SelectField(
        label="Which agency responds?", blank="Choose an agency", required_when_shown="Choose the agency that responds",
        error_messages={"invalid_choice": NobodyThere.message},
    )  # fmt: skip
    single_asked = asked_field()
    rationale = forms.LongTextField(
        label="Reason", max_length=8000, rows=2, required_error="Say why you decide this"
    )
    feedback = forms.LongTextField(label="Feedback to the author", required=False)

    def __init__(self, *args: Any, concern: Concern, matches: Sequence[Match] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.drafts = drafts_for(concern)
        fields: dict[str, Any] = self.fields
        fields["lead"].queryset = caseworkers()
        offered_to = agencies_to_share_with(concern.author_agency, concern.hand_offs.values("agency"))
        self.offered = {agency.code: agency for agency in offered_to}
        fields["share_with"].choices = [(each.code, each.short_name) for each in self.offered.values()]
        self.initial.setdefault("share_with", _proposed(self.offered.values(), concern))
        fields["models"].choices = reference.choices("exploitation-model")
        self.agencies = {agency.code: agency for agency in agencies_to_ask()}
        early_help = [each for each in self.agencies.values() if each.kind == AgencyKind.EARLY_HELP]
        offered = {"early_help_agency": early_help, "single_agency": self.agencies.values()}
        for name, agencies in offered.items():
            fields[name].choices = [("", "Choose an agency"), *((each.code, each.name) for each in agencies)]
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
        """Adding to a case needs to know which. Feedback that nobody wrote is the usual one."""
        said = self.cleaned_data
        said["feedback"] = said.get("feedback") or self.drafts.get(said.get("outcome", ""), "")
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

    def verdict(self, case: Case | None, strategy: Discussed | None = None) -> Verdict:
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
            strategy=strategy,
        )

    def _opening(self) -> Opening:
        said = self.cleaned_data
        return Opening(
            lead_agency=said["lead"].agency,
            lead_professional=said["lead"].user,
            category=RiskCategory(int(said["category"])),
            harm_status=HarmStatus(said["harm_status"]),
            lawful_basis=said["lawful_basis"],
            share_with=tuple(self.offered[code] for code in said["share_with"] or ()),
            models=tuple(said["models"] or [NOT_YET_KNOWN]),
            models_review_on=said["models_review_on"],
        )


class HeldForm(StrategyForm):
    """A strategy discussion beside a decision: left empty, none was held yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("empty_permitted", True)
        super().__init__(*args, prefix="strategy", use_required_attribute=False, **kwargs)


class CorrectForm(forms.PortalForm):
    """Why the decision was wrong."""

    reason = forms.LongTextField(
        label="Why was the decision wrong?", rows=4, required_error="Say why it was wrong",
        help_text="The reason stays on record, beside the decision.",
    )  # fmt: skip
