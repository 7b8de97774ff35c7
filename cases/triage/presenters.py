"""Triage in words: the list, the new information, the signs, the workers, and what a decision corrected says."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from cases.concerns import presenters as words
from cases.concerns.choices import Known
from cases.concerns.models import Concern, ConcernAddendum
from cases.concerns.selectors import WHEREABOUTS, Reading, StepAnswers, age_of
from cases.record.models.case import Case
from cases.record.presenters import shortened
from cases.record.selectors.steps import NextStep
from cases.triage.forms import DecisionForm
from cases.triage.selectors import Load
from cse_portal.accounts.models import Membership, User
from cse_portal.reference import selectors as reference
from cse_portal.reference.choices import Circumstance
from cse_portal.reference.scoring import Floor, Indicative
from cse_portal.ui.presenters import (
    Row,
    counted,
    display_time,
    due_words,
    is_overdue,
    local_date,
    short_date,
)

FIRST_LINE = 160
BAR = 134  # pixels of the longest bar
NARROWINGS = {
    "": "all",
    "danger": "danger",
    "overdue": "late",
    "new": "with new information",
    "nobody": "nobody has yet",
}
SHORT_LABELS = {
    "Date of birth": "Born", "School, college or training": "School", "Lives with": "Home with",
    "Plan or legal status": "Plan", "Child or young person told": "Child told", "Parent or carer told": "Parent told",
    "About how old": "Age",
}  # fmt: skip
ABOUT = (
    "known_as", "date_of_birth", "approximate_age", "disabilities", "address", "postcode", "school", "lives_with",
    "legal_status", "child_told", "parent_told",
)  # fmt: skip


def to_book(case: Case, step: NextStep) -> str:
    """What to do at once after a case was opened: its meeting, by when, and where to book it."""
    url = step.kind.url(case, step.key)
    words = f"Book the MASE meeting of {case.reference} by {short_date(step.due_at)}"
    return format_html('<a class="govuk-link" href="{}">{}</a>', url, words)


def ago(moment: dt.datetime | None) -> str:
    """How long it is: 41 min, 3 h, 5 days."""
    if moment is None:
        return ""
    minutes = max(0, int((timezone.now() - moment).total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else counted(minutes // 1440, "day")


def at(moment: dt.datetime | None) -> str:
    """The time today, else the day as well."""
    if moment is None:
        return ""
    today = local_date(moment) == timezone.localdate()
    return display_time(timezone.localtime(moment)) if today else short_date(moment)


def late_words(on: dt.date | None) -> str:
    """4 days late; due tomorrow."""
    return due_words(on).replace("overdue", "late")


def named(concern: Concern) -> str:
    """The child's name and age."""
    age = age_of(concern)
    return concern.child_name if age is None else f"{concern.child_name}, {age}"


@dataclass(frozen=True)
class QueueRow:
    """One concern of the list."""

    concern: Concern
    url: str
    take_url: str
    child: str
    sent: str
    in_danger_for: str
    in_danger: str
    news: str
    added: str
    worry: str
    handled: str
    since: str
    late: str
    is_late: bool
    stepped_up_by: str


def queue_rows(concerns: Iterable[Any], user: User) -> list[QueueRow]:
    """The lines of the list, of concerns with their `news_at` and `asks_danger`."""
    return [
        QueueRow(
            concern=each,
            url=reverse("cases:triage-concern", args=[each.reference]),
            take_url=reverse("cases:triage-take", args=[each.reference]),
            child=named(each),
            sent=ago(each.submitted_at),
            in_danger_for=ago(each.news_at if each.asks_danger else each.submitted_at),
            in_danger="Danger now?" if each.asks_danger else "In danger" if each.is_in_danger else "",
            news=f"New {at(each.news_at)}" if each.news_at else "",
            added=shortened(" ".join((each.news_text or "").split()), FIRST_LINE),
            worry=shortened(" ".join(each.worry.split()), FIRST_LINE),
            handled=_handled(each, user),
            since=at(each.handled_at),
            late="Now" if each.asks_danger or each.is_in_danger else late_words(each.decide_by),
            is_late=is_overdue(each.decide_by),
            stepped_up_by=each.stepped_up.agency.name if each.stepped_up else "",
        )
        for each in concerns
    ]


def _handled(concern: Concern, user: User) -> str:
    if concern.handled_by is None:
        return ""
    return "You" if concern.handled_by == user else concern.handled_by.full_name


def _unread(concern: Concern) -> list[ConcernAddendum]:
    return [each for each in concern.addenda.all() if each.read_at is None]


@dataclass(frozen=True)
class Narrowing:
    """One count above the list, which narrows it."""

    name: str
    label: str
    count: int
    current: bool


def narrowings(counts: dict[str, int], current: str) -> list[Narrowing]:
    """All, and each narrowing with something in it."""
    return [
        Narrowing(name, label, counts[name], name == current)
        for name, label in NARROWINGS.items()
        if counts[name] or not name or name == current
    ]


@dataclass(frozen=True)
class NewestAddendum:
    """What was added last, and what the strip above the concern says of it. Triage answers what nobody has read."""

    title: str
    text: str
    by: str
    ago: str
    more: int = 0
    asks: bool = False


def newest_addendum_of(concern: Concern) -> NewestAddendum | None:
    """The newest addendum unread, while the concern waits; else what says that the child is in danger."""
    unread = _unread(concern) if concern.is_waiting else []
    if unread:
        title = f"Added {at(unread[-1].added_at)}. Danger now?"
        return _strip(title, unread[-1], more=len(unread) - 1, asks=True)
    said = [each for each in concern.addenda.all() if each.danger_now]
    if said and concern.is_in_danger:
        return _strip(f"In danger since {at(said[-1].read_at)}", said[-1])
    if not concern.immediate_danger:
        return None
    author, sent = concern.author.full_name, concern.submitted_at
    return NewestAddendum("In danger when it was sent", concern.immediate_danger_action, author, ago(sent))


def _strip(title: str, newest: ConcernAddendum, **more: Any) -> NewestAddendum:
    return NewestAddendum(title, newest.text, newest.added_by.full_name, ago(newest.added_at), **more)


@dataclass(frozen=True)
class SignRow:
    """One sign that was seen: its points, its words, and the evidence."""

    points: int
    wording: str
    evidence: str


def sign_rows(concern: Concern, computed: Indicative) -> list[SignRow]:
    """The signs that were seen, those with most points first."""
    evidence = {each.code: each.evidence for each in concern.indicators.all() if each.evidence}
    short = {each.code: each.label for each in reference.indicators()}
    rows = [
        SignRow(line.points, short.get(line.code, line.wording), evidence.get(line.code, ""))
        for line in computed.lines
    ]
    return sorted(rows, key=lambda row: -row.points)


def points_words(computed: Indicative) -> str:
    """18 points; category 3 from 16."""
    total = counted(computed.total, "point")
    thresholds = reference.scoring_profile().rules.thresholds
    reached = f"category {computed.category_by_total} from {thresholds[computed.category_by_total]}"
    return (
        f"{total}; {reached}" if computed.category_by_total else f"{total}; category 1 from {thresholds[1]}"
    )


def floors_to_ask(concern: Concern, computed: Indicative) -> list[Floor]:
    """The rules that would raise the category if what nobody answered were so."""
    answers = {
        Circumstance.DISCLOSURE: concern.disclosure,
        Circumstance.TARGETED_OR_GROOMED: concern.grooming_concern,
        Circumstance.NETWORK: concern.network_concern,
        Circumstance.EVIDENCE_OF_OFFENCE: Known.NOT_KNOWN if not concern.harm_status else Known.NO,
    }
    open_ones = {name for name, said in answers.items() if said in ("", Known.NOT_KNOWN)}
    floors = reference.scoring_profile().rules.floors
    return [
        each for each in floors if each.category > computed.category and each.any_circumstance & open_ones
    ]


def child_rows(concern: Concern, reading: Reading) -> list[Row]:
    """What is known of the child; empty answers are left out."""
    said = StepAnswers({name: getattr(concern, name) for name in ABOUT})
    withheld = WHEREABOUTS if reading.hides_home else ()
    rows = words.answer_rows(said, withheld=withheld)
    return [Row(SHORT_LABELS.get(row.label, row.label), row.value) for row in rows]


def mention_rows(concern: Concern) -> list[Row]:
    """The people and places named, each with the part they play."""
    return [
        Row(each.name, ". ".join(filter(None, [_kind(each), each.details])))
        for each in concern.mentions.all()
    ]


def _kind(mention: Any) -> str:
    return str(mention.get_part_display() if mention.part else mention.get_kind_display())


@dataclass(frozen=True)
class LeadRow:
    """One worker who may lead: their caseload in words and as a bar."""

    value: uuid.UUID
    name: str
    agency: str
    words: str
    width: int
    high: int
    chosen: bool


def lead_rows(people: Sequence[Membership], loads: dict[User, Load], chosen: Any) -> list[LeadRow]:
    """Every worker with the children each has now. Those who lead come first, fewest children first."""
    most = max([1, *(load.cases for load in loads.values())])
    ranked = sorted(people, key=lambda each: loads[each.user].cases or most + 1)
    return [
        LeadRow(
            each.pk, each.user.full_name, each.agency.short_name,
            f"{load.cases} · {load.high} high" if load.high else str(load.cases),
            load.cases * BAR // most, load.high * BAR // most, str(each.pk) == str(chosen),
        )
        for each in ranked
        for load in [loads[each.user]]
    ]  # fmt: skip


def not_saved(form: DecisionForm) -> list[Row]:
    """What was typed into a decision that came too late, so that nothing is lost."""
    rows = [("Reason", form["rationale"].value()), ("Feedback", form["feedback"].value())]
    return [Row(label, text) for label, text in rows if text]


def correction_words(concern: Concern) -> str:
    """What happens when the decision on it is corrected."""
    decision, case = concern.decision, concern.case
    if decision is None:
        return ""
    happens = ["The concern waits in triage for another decision, and its author is told."]
    if case is not None and decision.outcome == "open_case":
        happens.append(
            f"Case {case.reference} closes as opened in error. It stays on record, and what was written in it stays."
        )
    elif case is not None:
        happens.append(f"It is no longer part of case {case.reference}.")
    if decision.responsible_agency:
        happens.append(f"{decision.responsible_agency.name} is told that the request is taken back.")
    return " ".join(happens)
