"""Many people save the same part of one meeting at once: every text is in the record or beside it, none is lost."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection

from cases.choices import HarmStatus, RiskCategory
from cse_portal import acting
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from cse_portal.audit import context
from mase.errors import SomeoneElseSaved
from mase.models import AgendaItem, Decision, MaseMeeting, TextSetAside
from mase.services import decision, sections
from mase.services.decision import Decided
from mase.services.sections import Edit
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import start_meeting

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 50
AT_ONCE = 10


@contextmanager
def as_in_a_request(person: User) -> Iterator[None]:
    """A thread of the server's own, acting for this person."""
    who = standing(person)
    assert who is not None
    with context.request(), acting.acting(who.actor):
        yield
    connection.close()


def together(work: Callable[[int], None], times: int) -> None:
    """So often, as many at once as a server has threads; any error is the test's."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(work, range(times)))


def test_fifty_save_the_same_notes_and_every_text_is_kept(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    item, manager = meeting.agenda.get(code="education"), cast.manager
    saved, refused, first = list[str](), list[str](), threading.Barrier(AT_ONCE)

    def write(number: int) -> None:
        with as_in_a_request(manager):
            seen = AgendaItem.objects.select_related("meeting__case").get(pk=item.pk)
            if number < AT_ONCE:
                first.wait(timeout=30)  # the first ten hold the same version in their hands
            text = f"Text number {number}."
            try:
                sections.save_notes(item=seen, notes=text, edit=Edit(seen.version), by=manager)
                saved.append(text)
            except SomeoneElseSaved:
                sections.keep_aside(meeting=meeting, section=item.pk, typed={"notes": text}, by=manager)
                refused.append(text)

    together(write, WRITERS)
    item.refresh_from_db()
    assert len(saved) + len(refused) == WRITERS
    assert len(refused) >= AT_ONCE - 1, "of ten who began alike one was first"
    assert item.version == 1 + len(saved), "each save that was taken counts once"
    assert item.notes in saved
    aside = TextSetAside.objects.filter(section=item.pk).order_by("at")
    assert {row.typed["notes"] for row in aside} <= set(refused)


def decide_often(cast: Cast, times: int) -> None:
    meeting = start_meeting(cast, make_case(cast, category=RiskCategory.MEDIUM))
    manager, counted = cast.manager, list[int]()

    def decide(number: int) -> None:
        with as_in_a_request(manager):
            row = MaseMeeting.objects.select_related("case").get(pk=meeting.pk)
            decided = Decided(RiskCategory.HIGH, HarmStatus.H1, f"Reason number {number}.")
            while True:
                held = Decision.objects.filter(meeting=row).first()
                try:
                    decision.save_decision(
                        meeting=row, decided=decided, edit=Edit(held.version if held else 0), by=manager
                    )
                    return counted.append(number)
                except SomeoneElseSaved:
                    continue

    together(decide, times)
    assert len(counted) == times
    assert Decision.objects.get(meeting=meeting).version == times


def test_a_decision_saved_by_many_at_once_counts_every_save(cast: Cast) -> None:
    decide_often(cast, 60)


@pytest.mark.long
def test_ten_thousand_decisions_and_none_is_lost(cast: Cast) -> None:
    decide_often(cast, 10_000)
