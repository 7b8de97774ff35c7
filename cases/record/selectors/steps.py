"""One rule for the next step of a case: while a child is missing the protocol, else the oldest step with a date.

Each floor registers its kinds of dated steps in its `navigation.py`; lists, records and Today read them here.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Value
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User


@dataclass(frozen=True)
class StepKind:
    """One kind of dated step: where its rows come from, and what is done with one.

    `rows` are annotated with `step_case`, `step_due` (a moment) and `step_note`; none where the case has the day.
    What `waits` has no last day, so it is never late. `verb` labels its button; `url` is where that leads.
    """

    slug: str
    words: Callable[[str], str]
    verb: str
    url: Callable[[Case, uuid.UUID], str]
    permission: Permission
    rows: Callable[[User], QuerySet[Any]] | None = None
    detail: str = ""
    by_the_hour: bool = False
    waits: bool = False


@dataclass(frozen=True)
class NextStep:
    """Something to be done about a child by a day, or by an hour of it; `key` is of the row that asks for it."""

    kind: StepKind
    key: uuid.UUID
    due_at: dt.datetime
    note: str = ""

    @property
    def is_late(self) -> bool:
        """Whether its day, or its hour, has passed."""
        return not self.kind.waits and self.due_at < (
            timezone.now() if self.kind.by_the_hour else _midnight()
        )


MISSING, REVIEW, TO_BOOK, MEETING = "missing", "review", "book", "meeting"
_step_kinds: dict[str, StepKind] = {}


def register_step(kind: StepKind) -> None:
    """Add a kind of dated step to lists, records and Today."""
    _step_kinds[kind.slug] = kind


def steps_of(user: User, cases: Collection[Case]) -> dict[uuid.UUID, list[NextStep]]:
    """The dated steps of these cases, in one question: the missing protocol first, then the oldest.

    The first of a case is its next step, on every page. A closed case has none.
    """
    found = {case.pk: _of_the_case(case) for case in cases if case.is_open}
    parts = [
        rows.filter(step_case__in=list(found)).values_list(
            "step_case", "step_due", "pk", "step_note", Value(slug)
        )
        for slug, rows in step_rows(user)
    ]
    for case, due, key, note, slug in parts[0].union(*parts[1:], all=True) if found and parts else []:
        found[case].append(NextStep(_step_kinds[slug], key, due, note))
    return {key: _in_turn(steps) for key, steps in found.items()}


def _of_the_case(case: Case) -> list[NextStep]:
    """What its own columns say: the missing protocol, and the review or the meeting to book."""
    steps = []
    if case.missing_since:
        steps.append(NextStep(_step_kinds[MISSING], case.pk, case.missing_since))
    if case.next_review_on:
        kind = _step_kinds[REVIEW if case.category <= RiskCategory.LOW else TO_BOOK]
        due = dt.datetime.combine(case.next_review_on, dt.time.min, dt.UTC)
        steps.append(NextStep(kind, case.pk, due))
    return steps


def _in_turn(steps: list[NextStep]) -> list[NextStep]:
    """In the order to do them. A meeting that is booked in time needs no booking."""
    booked = any(each.kind.slug == MEETING for each in steps)
    left = [each for each in steps if each.is_late or not (booked and each.kind.slug == TO_BOOK)]
    return sorted(left, key=lambda each: (each.kind.slug != MISSING, each.due_at))


def step_rows(user: User) -> list[tuple[str, QuerySet[Any]]]:
    """Each kind with its rows, but for what the case itself says."""
    return [(slug, kind.rows(user).order_by()) for slug, kind in _step_kinds.items() if kind.rows]


def late_cases(user: User) -> list[QuerySet[Any]]:
    """The keys of cases with a late step, each kind by itself."""
    ends = {True: timezone.now(), False: _midnight()}
    return [
        rows.filter(step_due__lt=ends[_step_kinds[slug].by_the_hour]).values("step_case")
        for slug, rows in step_rows(user)
        if not _step_kinds[slug].waits
    ]


def _midnight() -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(timezone.localdate(), dt.time.min))
