"""Submissions as their authors and the unit read them, and what would make one more useful."""

import hashlib
import json
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any

from django.core.paginator import Page
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, Subquery, When

from cases.chronology.models import ChronologyEntry, EntryKind
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.paging import page_of
from intelligence.desk.models import IntelligenceReport
from intelligence.submissions.models import (
    HintKind,
    IntelligenceFeedback,
    IntelligenceLine,
    IntelligenceSubmission,
    SubmissionQuerySet,
    SubmissionSource,
    SubmissionState,
    SubmissionStep,
)

# Two or three capitals, with or without stops, standing where a name would.
INITIALS = re.compile(r"(?<![\w.'-])([A-Z]\.\s?[A-Z]\.?(?:\s?[A-Z]\.?)?|[A-Z]{2}|[A-Z]\.)(?![\w'-])")
NOT_INITIALS = frozenset(
    {
        "AM", "BT", "CC", "DJ", "EU", "FB", "GP", "HQ", "ID", "IG", "IT", "JD", "KFC", "MG", "NW", "OK", "PC", "PM",
        "PS", "SE", "SW", "NE", "TV", "UK", "US", "VW", "WM", "XL", "XR", "YP", "ST", "RD", "AA", "RHI",
    }
)  # fmt: skip
DANGER = re.compile(
    r"\b(immediate(?:ly)? (?:danger|risk)|in danger|life.threatening|threat(?:ened)? to kill|right now|"
    r"being held|kidnapp?ed|has a (?:knife|gun|weapon)|firearm|overdose|suicid\w*)\b",
    re.IGNORECASE,
)
CRIME = re.compile(
    r"\b(rap(?:ed?|ing)|sexual(?:ly)? assault\w*|assault(?:ed|ing)?|attacked|stabb\w+|robb(?:ed|ery)|burgl\w+|stolen|"
    r"threw acid|beat(?:en)? up)\b",
    re.IGNORECASE,
)
INDECENT = re.compile(
    r"\b(indecent|naked|nude|sexual|explicit) (?:\w+ )?(image|photo|picture|video|selfie|clip|pic)\w*|\bnudes\b",
    re.IGNORECASE,
)
LONG_LINE = 400


@dataclass(frozen=True)
class Person:
    """What matters here of a subject."""

    name: str = ""
    born_or_age: bool = False


@dataclass(frozen=True)
class Written:
    """What is written so far; a page not reached yet is None."""

    lines: Sequence[tuple[str, str]] | None = None
    people: Sequence[Person] | None = None
    things: int | None = None
    source_name: str = ""


class Check(Enum):
    """What makes a submission most use to the police: its quality is how many of these it meets."""

    DATED = "Each line says when it happened"
    ONE_FACT = "One fact on each line"
    FULL_NAMES = "Names in full"
    BORN = "A date of birth or an age for each person"
    ONE_PERSON = "One person on each form"
    FINDABLE = "Somebody or something to look for"


@dataclass(frozen=True)
class Hint:
    """One piece of advice, the page it is about, how much it matters, and which check is not met."""

    step: SubmissionStep
    text: str
    kind: HintKind = HintKind.IMPROVE
    check: Check | None = None


def hints(written: Written) -> list[Hint]:
    """All advice about what is written so far, what matters most first."""
    found = [*_about_lines(written), *_about_people(written.people or ()), *_about_finding(written)]
    return sorted(found, key=lambda hint: hint.kind != HintKind.STOP)


def quality(written: Written) -> str:
    """How many of the checks a submission meets: "4 of 6"; nothing while there is no line."""
    missed = {hint.check for hint in hints(written)} - {None}
    return f"{len(Check) - len(missed)} of {len(Check)}" if written.lines else ""


def initials_in(text: str) -> list[str]:
    """What looks like initials instead of a name."""
    found = (match.group(1).strip() for match in INITIALS.finditer(text))
    return [each for each in found if each.replace(".", "").replace(" ", "") not in NOT_INITIALS]


def _about_lines(written: Written) -> Iterable[Hint]:
    step = SubmissionStep.LEARNED
    lines = list(enumerate(written.lines or (), 1))
    if any(DANGER.search(text) for _, (text, _) in lines):
        words = (
            "If a child or anyone else is in danger now, call 999 first. Nobody watches this form at night."
        )
        yield Hint(step, words, HintKind.STOP)
    if any(CRIME.search(text) for _, (text, _) in lines):
        words = "This form does not report a crime. If a crime has happened, call 101 or the MASH as well."
        yield Hint(step, words, HintKind.STOP)
    if any(INDECENT.search(text) for _, (text, _) in lines):
        words = (
            "Never copy, print or send an indecent image of a child. Keep the device and call the police: 101, or 999 "
            "if the child is in danger."
        )
        yield Hint(step, words, HintKind.STOP)
    name = written.source_name.strip().lower()
    for number, (text, happened) in lines:
        if len(name) > 2 and re.search(rf"\b{re.escape(name)}\b", text.lower()):
            words = (
                f"Line {number} names who told you. Take the name out: it belongs under “How it is known”."
            )
            yield Hint(step, words, HintKind.STOP)
        if initials := initials_in(text):
            words = f"Line {number} has initials ({initials[0]}). Write names in full, correctly spelled."
            yield Hint(step, words, check=Check.FULL_NAMES)
        if len(text) > LONG_LINE:
            yield Hint(
                step,
                f"Line {number} is long. Put one fact on each line, so that each can be graded.",
                check=Check.ONE_FACT,
            )
        if not happened.strip():
            yield Hint(step, f"Say when line {number} happened, even roughly.", check=Check.DATED)


def _about_people(people: Sequence[Person]) -> Iterable[Hint]:
    step = SubmissionStep.PEOPLE
    for number, person in enumerate(people, 1):
        parts = [part for part in person.name.replace(".", ". ").split() if part]
        if parts and any(len(part.strip(".")) <= 1 for part in parts) or initials_in(person.name):
            yield Hint(
                step,
                f"Person {number} has initials. Write the name in full, correctly spelled.",
                check=Check.FULL_NAMES,
            )
        if not person.born_or_age:
            words = (
                f"Person {number} has no date of birth. Give it, or an age: it tells one person from another."
            )
            yield Hint(step, words, check=Check.BORN)
    if len(people) > 1:
        words = (
            f"You have named {len(people)} people. Use one form for each person, unless they are connected; "
            "then say in a line how."
        )
        yield Hint(step, words, check=Check.ONE_PERSON)


def _about_finding(written: Written) -> Iterable[Hint]:
    reached = written.people is not None and written.things is not None
    if reached and not written.people and not written.things:
        words = "There is no person, vehicle, place or phone here that the police could look for. Add one if you can."
        yield Hint(SubmissionStep.THINGS, words, check=Check.FINDABLE)


STEP_FIELDS: dict[SubmissionStep, tuple[str, ...]] = {
    SubmissionStep.LEARNED: ("strands", "urgency", "learned_on"),
    SubmissionStep.SOURCE: ("provenance", "first_hand"),
    SubmissionStep.HANDLING: (
        "meeting_may_discuss", "others_who_know", "keep_from", "police_may_contact", "best_contact",
    ),
}  # fmt: skip
SOURCE_FIELDS = ("name", "relation", "contact", "reliability", "risk", "told_it_is_shared")
ROW_FIELDS: dict[str, tuple[str, ...]] = {
    "lines": ("text", "happened"),
    "subjects": ("given_name", "family_name", "other_names", "role", "date_of_birth", "age", "description"),
    "vehicles": ("registration", "make_and_model", "colour", "details"),
    "places": ("name", "address", "postcode", "details"),
    "contacts": ("kind", "value", "details"),
}
STEP_ROWS: dict[SubmissionStep, tuple[str, ...]] = {
    SubmissionStep.LEARNED: ("lines",),
    SubmissionStep.PEOPLE: ("subjects",),
    SubmissionStep.THINGS: ("vehicles", "places", "contacts"),
}


@dataclass(frozen=True)
class StepAnswers:
    """What one page says: fields of the submission, of its source, and the rows it owns."""

    fields: dict[str, Any] = field(default_factory=dict)
    source: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """A short name for these answers: two pages that say the same have the same."""
        said = _without_blanks(asdict(self))
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]


def answers_of(submission: IntelligenceSubmission, step: SubmissionStep) -> StepAnswers:
    """What is stored for one page."""
    source = source_of(submission) if step == SubmissionStep.SOURCE else None
    return StepAnswers(
        fields={name: getattr(submission, name) for name in STEP_FIELDS.get(step, ())},
        source={name: getattr(source, name) for name in SOURCE_FIELDS} if source else {},
        rows={
            noun: [
                {name: getattr(row, name) for name in ROW_FIELDS[noun]}
                for row in getattr(submission, noun).all()
            ]
            for noun in STEP_ROWS.get(step, ())
        },
    )


def source_of(submission: IntelligenceSubmission) -> SubmissionSource | None:
    """Who the author has it from; ask for the submission through the gate first."""
    return getattr(submission, "source", None)


def written(submission: IntelligenceSubmission, typed: StepAnswers | None = None) -> Written:
    """What the hints look at: what is stored, or for one page what is typed into it just now.

    Pages not answered yet are left out.
    """
    said = {noun: rows for step in STEP_ROWS for noun, rows in answers_of(submission, step).rows.items()}
    typed_rows = typed.rows if typed else {}
    said |= typed_rows
    answered = {*submission.steps_done, *(step for step in STEP_ROWS if STEP_ROWS[step][0] in typed_rows)}
    source = source_of(submission)
    return Written(
        lines=[(row.get("text") or "", row.get("happened") or "") for row in said["lines"]],
        people=[_person(row) for row in said["subjects"]] if SubmissionStep.PEOPLE in answered else None,
        things=sum(len(said[noun]) for noun in STEP_ROWS[SubmissionStep.THINGS])
        if SubmissionStep.THINGS in answered
        else None,
        source_name=source.name if source else "",
    )


def _person(row: dict[str, Any]) -> Person:
    name = f"{row.get('given_name') or ''} {row.get('family_name') or ''}".strip()
    return Person(name, bool(row.get("date_of_birth") or row.get("age")))


def _without_blanks(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: kept for key, each in value.items() if (kept := _without_blanks(each)) not in BLANK}
    if isinstance(value, list):
        return [_without_blanks(each) for each in value]
    return "no" if value is False else value


BLANK: tuple[Any, ...] = ("", None, [], {})


def note_for(user: User, pk: uuid.UUID) -> ChronologyEntry:
    """An event or contact of a chronology that this person may see; NotVisible if there is none."""
    told = (EntryKind.EVENT, EntryKind.CONTACT)
    return get_visible(ChronologyEntry.objects.visible_to(user).filter(pk=pk, kind__in=told))


PAGE_SIZE = 25

UNIT_ROLES = [role for role, defined in ROLES.items() if Permission.INTELLIGENCE_GRADE in defined.permissions]


def submission_for(user: User, reference: str) -> IntelligenceSubmission:
    """The submission with this reference and all its page shows; NotVisible if it does not exist for this person."""
    submission = get_visible(
        IntelligenceSubmission.objects.visible_to(user)
        .select_related("author", "author_agency", "received_by", "graded_by", "agreed_by", "source")
        .prefetch_related(
            "lines",
            "subjects",
            "vehicles",
            "places",
            "contacts",
            "files",
            "requests",
            Prefetch("feedback", IntelligenceFeedback.objects.select_related("given_by")),
        )  # fmt: skip
        .filter(reference=reference)
    )
    gate.note_shown(user, Permission.SUBMISSION_VIEW, submission)
    return submission


def own_submission(user: User, reference: str) -> IntelligenceSubmission:
    """One's own submission; the unit, too, finds no page here that only an author has."""
    submission = submission_for(user, reference)
    if submission.author_id != user.pk:
        raise NotVisible
    gate.note_shown(user, Permission.SUBMISSION_VIEW, submission)
    return submission


def my_submissions(user: User, *, state: str = "", page: int | str = 1) -> Page[IntelligenceSubmission]:
    """A person's own, newest first, with what came of them."""
    rows = IntelligenceSubmission.objects.visible_to(user).written_by(user)
    if state:
        rows = rows.filter(state=state)
    rows = rows.prefetch_related("feedback").order_by("-created_at")
    return page_of(rows, PAGE_SIZE, page)


def with_news_for(user: User) -> SubmissionQuerySet:
    """A person's own that the unit has answered and they have not read, or that wait for more detail from them."""
    unread = IntelligenceFeedback.objects.filter(submission=OuterRef("pk"), read_by_author_at__isnull=True)
    mine = IntelligenceSubmission.objects.visible_to(user).written_by(user)
    return mine.filter(Q(state=SubmissionState.RETURNED) | Exists(unread)).order_by("-submitted_at")


def inbox(user: User, *, show: str = "", page: int | str = 1) -> Page[IntelligenceSubmission]:
    """What has been sent to the unit, narrowed: urgent first, then the late, then what is due next."""
    rows = _sent(user)
    wanted: dict[str, Any] = {
        "mine": rows.waiting().filter(received_by=user),
        "free": rows.filter(state=SubmissionState.SUBMITTED),
        "second": rows.filter(state=SubmissionState.REVIEW, agreed_by=None).exclude(received_by=user),
        "author": rows.filter(state=SubmissionState.RETURNED),
        "answered": rows.filter(state=SubmissionState.ANSWERED),
    }
    return page_of(_for_the_desk(wanted.get(show, rows.waiting())), PAGE_SIZE, page)


def waiting_for_the_unit(user: User) -> SubmissionQuerySet:
    """To receive, to grade or to agree; the inbox, its count and the home page's tile all read this."""
    return _for_the_desk(_sent(user).waiting())


def _for_the_desk(rows: SubmissionQuerySet) -> SubmissionQuerySet:
    lines = IntelligenceLine.objects.filter(submission=OuterRef("pk")).order_by("order")
    is_urgent = Case(When(urgency="PRIORITY", then=0), default=1)
    due = Case(When(state=SubmissionState.SUBMITTED, then="receive_by"), default="answer_by")
    found = rows.annotate(first_line=Subquery(lines.values("text")[:1]), due_on=due)
    return found.select_related("author_agency", "received_by").order_by(is_urgent, "due_on", "submitted_at")


def reports_of(user: User, submission: IntelligenceSubmission) -> list[IntelligenceReport]:
    """What the unit issued from a submission, as far as this person may see it."""
    rows = IntelligenceReport.objects.visible_to(user).filter(submission=submission)
    return list(rows.order_by("handling"))


def _sent(user: User) -> SubmissionQuerySet:
    rows = IntelligenceSubmission.objects.visible_to(user)
    return rows.exclude(state=SubmissionState.DRAFT)
