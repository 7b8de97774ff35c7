"""What we already know, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from cases.concerns.models import Concern
from cases.concerns.presenters import DECIDED, state_words
from cases.concerns.selectors import hidden_outcomes
from cases.matching.selectors.known import Match
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.record.presenters import shortened
from cse_portal.accounts.models import User
from cse_portal.ui.presenters import display_date, joined, short_date

FIRST_LINE = 140


@dataclass(frozen=True)
class KnownRow:
    """One case or concern that may be about the same child: what it is, what became of it, and why it is shown."""

    strength: str
    why: str
    title: str
    url: str
    child: str
    facts: str
    worry: str
    match: Match
    linked: str = ""


def known_rows(found: Iterable[Match], user: User) -> list[KnownRow]:
    """The lines, in the order of the matcher; of what a restricted case hides not what was decided."""
    matches = list(found)
    kept = hidden_outcomes(user, [each.concern for each in matches if each.concern])
    return [
        _of_case(each, each.about)
        if isinstance(each.about, Case)
        else _of_concern(each, each.about, kept=each.about.pk in kept)
        for each in matches
    ]


def _of_case(match: Match, case: Case) -> KnownRow:
    lead = case.lead_professional.full_name if case.lead_professional else case.lead_agency.short_name
    state = "" if case.is_open else "Closed"
    born = case.child.date_of_birth
    facts = [
        f"Born {short_date(born)}" if born else "", str(RiskCategory(case.category).label), state, f"{lead} leads",
    ]  # fmt: skip
    aliases = joined(alias.name for alias in case.child.aliases.all())
    name = f"{case.child.name}, also known as {aliases}" if aliases else case.child.name
    return KnownRow(
        match.strength, match.why, f"Case {case.reference}", reverse("cases:case", args=[case.reference]), name,
        ". ".join(filter(None, facts)), "", match,
    )  # fmt: skip


def _of_concern(match: Match, concern: Concern, *, kept: bool) -> KnownRow:
    state = DECIDED if kept else state_words(concern)
    link = match.link
    linked = f"Linked by {link.linked_by.full_name}, {short_date(link.linked_at)}" if link else ""
    facts = [f"Sent {display_date(concern.submitted_at)} by {concern.author_agency.name}", state]
    if not kept:
        facts += [f"{each.agency.short_name}: {each.words.lower()}" for each in concern.hand_offs.all()]
    first_line = next(iter(concern.worry.strip().splitlines()), "")
    return KnownRow(
        match.strength, match.why, f"Concern {concern.reference}",
        reverse("cases:concern", args=[concern.reference]), concern.child_name, ". ".join(facts),
        shortened(first_line, FIRST_LINE), match, linked,
    )  # fmt: skip


@dataclass(frozen=True)
class RegisterRow:
    """One line of the register."""

    child: str
    born: str
    url: str
    reference: str
    sent: str
    agency: str
    state: str
    case: str


def register_rows(concerns: Iterable[Concern], user: User) -> list[RegisterRow]:
    """The lines of a page."""
    rows = list(concerns)
    kept = hidden_outcomes(user, rows)
    return [
        RegisterRow(
            child=each.child_name,
            born=short_date(each.date_of_birth) if each.date_of_birth else "Not known",
            url=reverse("cases:concern", args=[each.reference]),
            reference=each.reference,
            sent=short_date(each.submitted_at),
            agency=each.author_agency.short_name,
            state=DECIDED if each.pk in kept else state_words(each),
            case=each.case.reference if each.case and each.pk not in kept else "",
        )
        for each in rows
    ]
