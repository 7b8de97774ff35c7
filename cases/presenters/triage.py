"""Triage in words: likely matches with their reasons, and what the screening tool's arithmetic gives."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from cases.choices import RiskCategory
from cases.forms.triage import DecisionForm
from cases.models import Concern
from cases.selectors.matching import Match
from cse_portal.reference.scoring import Indicative
from cse_portal.ui.presenters import Row, age_on, counted, joined, short_date


@dataclass(frozen=True)
class MatchCard:
    """A known child who may be the child of the concern."""

    name: str
    url: str
    reference: str
    strength: str
    reasons: tuple[str, ...]
    facts: list[Row]
    closed: bool
    restricted: bool
    choose_url: str


def match_cards(concern: Concern, matches: Iterable[Match]) -> list[MatchCard]:
    """The likely matches, strongest first."""
    here = reverse("cases:triage-concern", args=[concern.reference])
    return [
        MatchCard(
            name=match.case.child.name,
            url=reverse("cases:case", args=[match.case.reference]),
            reference=match.case.reference,
            strength=match.strength,
            reasons=match.reasons,
            facts=_facts(match),
            closed=not match.case.is_open,
            restricted=match.case.is_restricted,
            choose_url=f"{here}?add_to={match.case.reference}#decision",
        )
        for match in matches
    ]


def screening_words(computed: Indicative) -> str:
    """The indicative category and what it rests on, in a sentence."""
    category = RiskCategory(computed.category).label
    return (
        f"{category} ({counted(computed.total, 'point')} in the screening tool). Indicative only: you decide."
    )


def queue_count(number: int, *, overdue: bool, urgency: str) -> str:
    """How many concerns the filters leave, in words."""
    words = counted(number, "concern waits,concerns wait")
    kinds = [*(["past their decision time"] if overdue else []), *([urgency.lower()] if urgency else [])]
    return f"{words} for a decision" + (f" ({joined(kinds)})" if kinds else "")


def not_saved(form: DecisionForm) -> list[Row]:
    """What was typed into a decision that came too late, so that nothing is lost."""
    said = form.cleaned_data
    rows = [("Why", said.get("rationale")), ("Feedback", said.get("feedback"))]
    return [Row(label, text) for label, text in rows if text]


def _facts(match: Match) -> list[Row]:
    case, born = match.case, match.case.child.date_of_birth
    age = age_on(born)
    rows = [
        Row("Born", f"{short_date(born)}, age {age}" if born else "Not known"),
        Row("Category", RiskCategory(case.category).label),
        Row(
            "Lead",
            case.lead_professional.full_name if case.lead_professional else case.lead_agency.short_name,
        ),
    ]
    aliases = joined(alias.name for alias in case.child.aliases.all())
    return [*rows, Row("Also known as", aliases)] if aliases else rows
