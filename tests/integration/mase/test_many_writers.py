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
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.accounts.services import add_person
from cse_portal.audit import context
from mase.errors import ActionFinished, SomeoneElseSaved
from mase.models import ActionUpdate, AgencyInformation, Decision, MaseMeeting
from mase.services import actions, decision, sections
from mase.services.decision import Decided
from mase.services.sections import Edit
from tests.cast import Cast
from tests.factories.actions import issued
from tests.factories.cases import make_case
from tests.factories.meetings import start_meeting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
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


def colleagues(cast: Cast, number: int) -> list[User]:
    """So many people of one agency."""
    return [
        add_person(
            email=f"nurse.{each}@health.example", full_name=f"Nurse {each}", agency=cast.agency("health"),
            role=Role.PRACTITIONER,
        )
        for each in range(number)
    ]  # fmt: skip


def test_fifty_people_save_the_same_part_at_once_and_one_is_first(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    row, people = meeting.information.get(agency=cast.agency("health")), colleagues(cast, WRITERS)
    saved, refused, ready = list[str](), list[str](), threading.Barrier(WRITERS)

    def write(number: int) -> None:
        person, text = people[number], f"Text number {number}."
        with as_in_a_request(person):
            seen = AgencyInformation.objects.select_related("meeting__case", "agency").get(pk=row.pk)
            ready.wait(timeout=60)  # all fifty hold the same version in their hands
            try:
                sections.save_information(information=seen, text=text, edit=Edit(seen.version), by=person)
                saved.append(text)
            except SomeoneElseSaved:
                refused.append(text)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    row.refresh_from_db()
    assert (len(saved), len(refused)) == (1, WRITERS - 1), "of fifty who began alike one was first"
    assert (row.text, row.version) == (saved[0], 2)


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


@pytest.mark.long
def test_ten_thousand_decisions_and_none_is_lost(cast: Cast) -> None:
    decide_often(cast, 10_000)


def test_of_two_people_who_finish_the_same_action_one_is_told(cast: Cast) -> None:
    action = issued(cast, make_case(cast, category=RiskCategory.MEDIUM))
    both, refused = threading.Barrier(2), list[str]()

    def finish(number: int) -> None:
        person = (cast.health, cast.manager)[number]
        with as_in_a_request(person):
            both.wait(timeout=30)
            try:
                actions.complete(action=action, outcome="Seen.", effect="She feels heard.", by=person)
            except ActionFinished as late:
                refused.append(late.message)

    together(finish, 2)
    assert refused == ["This action is already finished, so it cannot be changed."]
    assert ActionUpdate.objects.filter(action=action).count() == 1
