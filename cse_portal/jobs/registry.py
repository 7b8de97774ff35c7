"""Which function does a kind of job, what the waiting page calls it, and who may watch it; who still reads a line."""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from cse_portal.accounts.models import User
from cse_portal.jobs.models import Job

if TYPE_CHECKING:
    from cse_portal.jobs.services import Run

Work = Callable[["Run"], None]


def asked_for_it(user: User, job: Job) -> bool:
    """The person who asked may watch, and no one else."""
    return job.requested_by_id is not None and job.requested_by_id == user.pk


@dataclass(frozen=True)
class Handler:
    """One kind of job. `done_url` leads from the waiting page to the result."""

    kind: str
    work: Work
    title: str
    may_watch: Callable[[User, Job], bool] = asked_for_it
    done_url: Callable[[Job], str] | None = None


_handlers: dict[str, Handler] = {}


def handler(
    kind: str,
    *,
    title: str,
    may_watch: Callable[[User, Job], bool] = asked_for_it,
    done_url: Callable[[Job], str] | None = None,
) -> Callable[[Work], Work]:
    """Register what does this kind of job: a function in its app's tasks.py that calls a service."""

    def register(work: Work) -> Work:
        if kind in _handlers:
            raise ValueError(f"{kind} has two handlers")
        _handlers[kind] = Handler(kind, work, title, may_watch, done_url)
        return work

    return register


def find(kind: str) -> Handler:
    """The handler of a kind; KeyError when no app has registered one."""
    return _handlers[kind]


def known(kind: str) -> bool:
    """Whether some app does this kind of job."""
    return kind in _handlers


_of_a_case: list[Callable[[User], Q]] = []


def case_notification(rule: Callable[[User], Q]) -> Callable[[User], Q]:
    """Register the rule of who may still read a line about a case, as a condition on the line: cases stand above."""
    _of_a_case.append(rule)
    return rule


def may_be_read_by(user: User) -> Q:
    """The lines about no case, and those about a case that this person may know of: without a rule, none of them."""
    of_no_case = Q(case_id__isnull=True)
    return of_no_case | Q(*(rule(user) for rule in _of_a_case)) if _of_a_case else of_no_case


Keys = Collection[uuid.UUID]
Names = Callable[[User, Keys], dict[uuid.UUID, str]]
_names: list[Names] = []


def naming_children(rule: Names) -> Names:
    """Register who the children of these cases are, as far as this person may see the cases."""
    _names.append(rule)
    return rule


def names_of(user: User, cases: Keys) -> dict[uuid.UUID, str]:
    """The names of the children of these cases that the person may see."""
    return {key: name for rule in _names for key, name in rule(user, cases).items()} if cases else {}


Seen = Callable[[User, Keys], QuerySet[Any, Any]]
_of_a_row: list[Seen] = []


def row_notification(rule: Seen) -> Seen:
    """Register which of these keys, as a query of them, are rows of one kind they may see; not of a case."""
    _of_a_row.append(rule)
    return rule


def seen_by(user: User, keys: Keys) -> set[uuid.UUID]:
    """Those of these concerns, reports, calls and others that the person may see; what no rule knows is not seen.

    One question, by keys: as a condition on the lines it took PostgreSQL 90 ms to plan.
    """
    if not keys or not _of_a_row:
        return set()
    first, *others = (rule(user, keys).order_by() for rule in _of_a_row)
    return set(first.union(*others, all=True))
