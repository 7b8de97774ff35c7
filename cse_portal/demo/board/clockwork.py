"""Runs many stories in the order of their moments, each step at its own time, as if it were happening then."""

import datetime as dt
import heapq
import itertools
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import time_machine
from django.db import transaction
from django.utils import timezone

from cse_portal.audit import context
from cse_portal.reference.working_days import next_working_day

Story = Generator[dt.datetime, None, Any]


def run(stories: Iterable[Story], *, since: dt.datetime, until: dt.datetime) -> None:
    """Tell the stories that begin after `since` up to `until`, each step in a transaction and a request of its own."""
    with standing_at(since):
        telling = together(*stories)
        moment = next(telling, None)
    while moment is not None and moment <= until:
        with standing_at(moment), transaction.atomic():
            moment = next(telling, None)


@contextmanager
def standing_at(moment: dt.datetime) -> Iterator[None]:
    """The clock stands at this moment, in a request of its own for the audit."""
    with time_machine.travel(moment, tick=False), context.request():
        yield


def together(*stories: Story) -> Story:
    """Several stories as one. Each yields the moment of its next step, and takes it at once where that has passed."""
    order = itertools.count()
    waiting: list[tuple[dt.datetime, int, Story]] = []

    def go_on(story: Story) -> None:
        moment = next(story, None)
        if moment is not None:
            heapq.heappush(waiting, (max(moment, timezone.now()), next(order), story))

    for story in stories:
        go_on(story)
    while waiting:
        moment, _, story = heapq.heappop(waiting)
        yield moment
        go_on(story)


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """A time of day in London."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def working_moment(day: dt.date, *, hour: int = 10, minute: int = 0) -> dt.datetime:
    """A time of day on this day, or on the first working day after it."""
    return at(next_working_day(day), hour, minute)


def later(days: int, *, hour: int = 10) -> dt.datetime:
    """A time of day on the first working day that is at least so many days after this step's."""
    return working_moment(timezone.localdate() + dt.timedelta(days=days), hour=hour)
