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

from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.audit.recorder import know_memberships, read_memberships

Story = Generator[dt.datetime, None, Any]


def run(stories: list[Story], *, of: Iterable[User], until: dt.datetime) -> int:
    """Tell the stories up to `until`; returns how many steps were taken.

    A story yields the moment of its next step and is resumed with the clock standing at that moment. `of` are
    people who neither come, go nor move while it runs: where they work is read once and not in every step.
    """
    memberships = read_memberships(of)
    order = itertools.count()
    waiting: list[tuple[dt.datetime, int, Story]] = []
    for story in stories:
        _queue(waiting, story, order, until)
    steps = 0
    while waiting:
        moment, _, story = heapq.heappop(waiting)
        with standing_at(moment), transaction.atomic():
            know_memberships(memberships)
            _queue(waiting, story, order, until)
        steps += 1
    return steps


@contextmanager
def standing_at(moment: dt.datetime) -> Iterator[None]:
    """The clock stands at this moment, in a request of its own for the audit."""
    with time_machine.travel(moment, tick=False), context.request():
        yield


def together(*stories: Story) -> Story:
    """Several stories as one, each step at its own time."""
    order = itertools.count()
    waiting: list[tuple[dt.datetime, int, Story]] = []
    for story in stories:
        _push(waiting, story, order)
    while waiting:
        moment, _, story = heapq.heappop(waiting)
        yield moment
        _push(waiting, story, order)


def working_moment(day: dt.date, *, hour: int = 10, minute: int = 0) -> dt.datetime:
    """A time of day on this day, or on the Monday after a weekend."""
    day += dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def _push(waiting: list[tuple[dt.datetime, int, Story]], story: Story, order: Iterator[int]) -> None:
    moment = next(story, None)
    if moment is not None:
        heapq.heappush(waiting, (moment, next(order), story))


def _queue(
    waiting: list[tuple[dt.datetime, int, Story]], story: Story, order: Iterator[int], until: dt.datetime
) -> None:
    moment = next(story, None)
    if moment is not None and moment <= until:
        heapq.heappush(waiting, (moment, next(order), story))
