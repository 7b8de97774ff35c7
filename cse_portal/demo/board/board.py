"""The demo board: two years of a fictional partnership's work, told through the portal's own services."""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from cse_portal.accounts.models import Agency
from cse_portal.audit import context
from cse_portal.demo.board import (
    auditing,
    cases,
    clockwork,
    cmog,
    community,
    concerns,
    disagreeing,
    disclosing,
    handing_over,
    helping,
    intelligence,
    looking,
    orders,
    people,
    profiling,
    region,
    returns,
    sessions,
    strategy,
    subjects,
    training,
)
from cse_portal.demo.board.scene import Scene
from cse_portal.jobs.choices import Topic
from cse_portal.jobs.models import Notification, OutboxMessage
from cse_portal.jobs.services.outbox import deferred_to_sweep
from cse_portal.keys import references_from
from cse_portal.reference.quarters import Quarter
from mase.meetings.services import reminders

SEED = 2017
LOCK = 20170401
CHILDREN = 80
FLOORS = (
    concerns.stories,
    cases.stories,
    intelligence.stories,
    orders.stories,
    subjects.stories,
    cmog.stories,
    strategy.stories,
    returns.stories,
    region.stories,
    profiling.stories,
    looking.stories,
    disclosing.stories,
    disagreeing.stories,
    handing_over.stories,
    sessions.stories,
    community.stories,
    training.stories,
    auditing.stories,
    helping.stories,
)


def load(*, say: Callable[[str], object] = print, children: int = CHILDREN) -> dict[str, int] | None:
    """Write the board in one transaction, or nothing; returns how much there is, or None where one was already.

    A start that is killed midway leaves an empty database, and two starts at once make one board.
    """
    began = time.monotonic()
    with transaction.atomic(), without_savepoints(), references_from(Random(SEED)), deferred_to_sweep():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if Agency.objects.exists():
            return None
        say("Writing the fictional board: two years of a partnership's work. This takes a minute or two.")
        counts = write(children=children)
    say(f"Written in {time.monotonic() - began:.0f} seconds.")
    return counts


def write(*, children: int) -> dict[str, int]:
    """People first, then every story in the order of its moments, up to now."""
    now = timezone.now()
    quarter = first_quarter(timezone.localdate(now))
    before = clockwork.working_moment(quarter.starts_on - dt.timedelta(days=30))
    with clockwork.standing_at(before):
        board = people.make_board()
    scene = Scene(board=board, random=Random(SEED), now=now, begins_on=quarter.starts_on, children=children)
    stories = [story for floor in FLOORS for story in floor(scene)]
    clockwork.run(stories, since=before, until=now)
    people.settle(now)
    with context.job():
        reminders.remind()
    _all_read(now)
    return scene.counts()


def _all_read(now: dt.datetime) -> None:
    """What was promised by mail is said to have gone out, and what is older than a week to have been read."""
    by_mail = OutboxMessage.objects.exclude(topic=Topic.RUN_JOB).filter(created_at__lte=now)
    by_mail.filter(delivered_at__isnull=True).update(delivered_at=now)
    Notification.objects.filter(created_at__lt=now - dt.timedelta(days=7)).update(read_at=F("created_at"))


@contextmanager
def without_savepoints() -> Iterator[None]:
    """All or nothing needs no way back to the middle, and each would cost two journeys to the database."""
    connection.features.uses_savepoints = False
    try:
        yield
    finally:
        connection.features.uses_savepoints = True


def first_quarter(today: dt.date) -> Quarter:
    """The first of the eight quarters that have ended."""
    quarter = Quarter.containing(today)
    for _ in range(8):
        quarter = quarter.previous()
    return quarter
