"""How background work and notifications read on the page."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from cse_portal.jobs import registry
from cse_portal.jobs.choices import JobState, NoticeWeight, weight_of
from cse_portal.jobs.models import Job, Notification


@dataclass(frozen=True)
class Line:
    """One notification, and the child it is about for people who see the case."""

    notification: Notification
    child: str


@dataclass(frozen=True)
class Group:
    """The notifications of one weight, by day: those that were not opened, and those that were."""

    label: str
    days: list[tuple[dt.date, list[Line]]]
    read: list[tuple[dt.date, list[Line]]]
    unread: list[uuid.UUID]


def groups(shown: Sequence[Notification], children: Mapping[uuid.UUID, str]) -> list[Group]:
    """Urgent, to do, for information; within each the newest day first."""
    drawn = []
    for weight in NoticeWeight:
        rows = [each for each in shown if weight_of(each.text) == weight]
        new, read = ([each for each in rows if (each.read_at is None) is unread] for unread in (True, False))
        if rows:
            days = _by_day(new, children), _by_day(read, children)
            drawn.append(Group(weight.label, *days, [each.pk for each in new]))
    return drawn


def _by_day(rows: list[Notification], children: Mapping[uuid.UUID, str]) -> list[tuple[dt.date, list[Line]]]:
    days: dict[dt.date, list[Line]] = defaultdict(list)
    for each in rows:
        child = children.get(each.case_id, "") if each.case_id else ""
        days[timezone.localtime(each.created_at).date()].append(Line(each, child))
    return list(days.items())


@dataclass(frozen=True)
class Progress:
    """A job as the waiting page shows it."""

    title: str
    state: str
    message: str
    done: int
    total: int
    is_finished: bool
    has_failed: bool
    result_url: str


def progress(job: Job) -> Progress:
    """Title, state in words, how far, and where the result is."""
    handler = registry.find(job.kind) if registry.known(job.kind) else None
    finished_well = job.state == JobState.DONE
    return Progress(
        title=handler.title if handler else "Background work",
        state=JobState(job.state).label,
        message=job.message,
        done=job.done,
        total=job.total,
        is_finished=job.is_finished,
        has_failed=job.state == JobState.FAILED,
        result_url=handler.done_url(job) if handler and handler.done_url and finished_well else "",
    )
