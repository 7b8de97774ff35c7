"""A case is restricted while an answer, or another day of its meeting, hands on its sight: nobody gets in between."""

import re
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.record.models.case import Case
from cases.sharing.services.access import restrict
from cse_portal.access import gate, grants
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.keys import new_key
from mase.meetings.choices import AnswerKind
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.services import answers, ending, invitations, scheduling, sections
from mase.meetings.services.answers import Answer
from mase.meetings.services.invitations import Asked
from mase.plans.services import actions, carrying, verification
from tests.cast import Cast
from tests.factories.actions import issued, running
from tests.factories.cases import make_case
from tests.factories.meetings import details, make_meeting, membership, second_manager
from tests.integration.mase.meetings.test_many_writers import as_in_a_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


@pytest.fixture
def meeting(cast: Cast, case: Case) -> Meeting:
    return make_meeting(cast, case, agencies=[], people=[cast.health])


def restrict_to_priya(cast: Cast, case: Case) -> None:
    """Maya restricts it, naming Priya alone."""
    manager = User.objects.get(pk=cast.manager.pk)
    restrict(
        case=Case.objects.get(pk=case.pk), reason_code="FAMILY_MEMBER", people=[cast.practitioner],
        lawful_basis="6_1_E", by=manager,
    )  # fmt: skip


def restricted_elsewhere(cast: Cast, case: Case) -> str:
    """She tries to, in another request: whether she did, or would have had to wait."""
    said = list[str]()

    def try_it() -> None:
        with as_in_a_request(User.objects.get(pk=cast.manager.pk)):
            try:
                with transaction.atomic():
                    with connection.cursor() as cursor:
                        cursor.execute("SET LOCAL lock_timeout = '300ms'")
                    restrict_to_priya(cast, case)
                said.append("restricted")
            except OperationalError:
                said.append("waits")
        connection.close()

    thread = threading.Thread(target=try_it)
    thread.start()
    thread.join(60)
    return said[0]


def in_between(monkeypatch: Any, module: Any, name: str, do: Callable[[], str]) -> list[str]:
    """Just before this function of the module is called, the first time."""
    real, said = getattr(module, name), list[str]()

    def first(*args: Any, **given: Any) -> Any:
        if not said:
            said.append(do())
        return real(*args, **given)

    monkeypatch.setattr(module, name, first)
    return said


def sends_ngozi(cast: Cast, meeting: Meeting, deputy: User, by: User) -> None:
    """In Hannah's place."""
    seat = Invitation.objects.select_related("meeting__case").get(meeting=meeting, person=cast.health)
    with as_in_a_request(User.objects.get(pk=by.pk)):
        answers.answer(
            invitation=seat, given=Answer(AnswerKind.DEPUTY, deputy=deputy), by=User.objects.get(pk=by.pk)
        )


def left_with_sight(case: Case, *people: User) -> list[str]:
    found = Case.objects.get(pk=case.pk)
    assert found.is_restricted
    return [
        each.full_name for each in people
        if gate.can(User.objects.get(pk=each.pk), Permission.CASE_VIEW, found)
        or grants.holders_rows(found, User).filter(user=each).exists()
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_restricting_waits_for_an_answer_and_then_takes_what_that_gave(
    cast: Cast, case: Case, meeting: Meeting, second_nurse: User, monkeypatch: Any
) -> None:
    said = in_between(monkeypatch, answers, "open_case_to", lambda: restricted_elsewhere(cast, case))
    sends_ngozi(cast, meeting, second_nurse, by=cast.health)
    if said == ["waits"]:
        restrict_to_priya(cast, case)
    assert left_with_sight(case, cast.health, second_nurse) == []
    assert said == ["waits"]


@pytest.mark.django_db(transaction=True)
def test_an_answer_to_a_case_that_was_restricted_a_moment_before_opens_it_to_nobody(
    cast: Cast, case: Case, meeting: Meeting, second_nurse: User, monkeypatch: Any
) -> None:
    """Priya writes it down, whom the restriction names."""
    said = in_between(monkeypatch, answers, "hold_case", lambda: restricted_elsewhere(cast, case))
    sends_ngozi(cast, meeting, second_nurse, by=cast.practitioner)
    assert said == ["restricted"]
    assert left_with_sight(case, cast.health, second_nurse) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["invites herself", "books it for herself"])
def test_nobody_asks_herself_to_a_case_that_was_restricted_without_her_a_moment_before(
    cast: Cast, case: Case, what: str, monkeypatch: Any
) -> None:
    """Noor runs meetings too, and had just been shown the page."""
    noor = second_manager(cast)
    if what == "invites herself":
        module, holds, found = (
            invitations,
            "hold_to_plan",
            make_meeting(cast, case, agencies=[], people=[cast.health]),
        )

        def ask() -> object:
            return invitations.invite(meeting=found, asked=[Asked.of(membership(noor))], by=noor)
    else:
        module, holds = scheduling, "hold_case"

        def ask() -> object:
            return scheduling.schedule(
                key=new_key(), case=case, details=details(), chair=noor, agencies=[], people=[], by=noor
            )

    said = in_between(monkeypatch, module, holds, lambda: restricted_elsewhere(cast, case))
    with as_in_a_request(noor):
        assert gate.can(noor, Permission.MEETING_SCHEDULE, case)
        with pytest.raises(NotVisible):
            ask()
    assert said == ["restricted"]
    assert left_with_sight(case, noor) == []


def acts(cast: Cast, meeting: Meeting) -> dict[str, Callable[[], object]]:
    """Everything that gives, renews or ends sight by a meeting, or decides by who leads the case."""
    nurse = Invitation.objects.select_related("meeting__case").get(meeting=meeting, person=cast.health)
    return {
        "answer": lambda: answers.answer(
            invitation=nurse, given=Answer(AnswerKind.DEPUTY, deputy_name="A locum"), by=cast.health
        ),
        "invite": lambda: invitations.invite(
            meeting=meeting, asked=[Asked.of(membership(cast.police))], by=cast.manager
        ),
        "change": lambda: scheduling.change(
            meeting=meeting, details=details(5), reason="x", version=meeting.version, by=cast.manager
        ),
        "cancel": lambda: scheduling.cancel(meeting=meeting, reason="x", by=cast.manager),
        "pass the chair": lambda: sections.pass_chair(
            meeting=meeting, to=second_manager(cast), reason="x", by=cast.manager
        ),
        "break off": lambda: ending.adjourn(
            meeting=meeting, reason="x", to=timezone.now(), by=cast.manager
        ),
        "end": lambda: ending.end(meeting=meeting, by=cast.manager),
    }  # fmt: skip


def held_in(act: Callable[[], object]) -> list[str]:
    """The rows that an act holds, in its order; all of it is taken back."""
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        with suppress(ending.MeetingRefused):  # nothing of it is written yet
            act()
        transaction.set_rollback(True)
    return [each["sql"] for each in asked.captured_queries if re.search(" FOR (NO KEY )?UPDATE", each["sql"])]


def test_the_case_is_held_before_its_meeting_as_closing_it_does(cast: Cast, meeting: Meeting) -> None:
    """Two that hold both, each in an order of its own, would wait for one another."""
    for what in ("answer", "invite", "change", "cancel", "pass the chair", "break off", "end"):
        if what == "break off":
            ending.start(meeting=meeting, by=cast.manager)
            meeting = Meeting.objects.select_related("case").get(pk=meeting.pk)
        held = held_in(acts(cast, meeting)[what])
        assert 'FROM "cases_case"' in held[0], what
        assert 'FROM "mase_meeting"' in held[1], what


def test_the_case_is_held_before_an_action_as_ending_its_meeting_does(cast: Cast, case: Case) -> None:
    """Hannah reports on her action, or Maya says her word on it, while the next meeting about Robyn ends."""
    action = issued(cast, case)
    acts: dict[str, Callable[[], object]] = {
        "finish": lambda: actions.complete(action=action, outcome="Seen", effect="She knows", by=cast.health),
        "cancel": lambda: verification.cancel(action=action, reason="Not needed", by=cast.manager),
        "send back": lambda: verification.send_back(action=action, reason="Try again", by=cast.manager),
    }
    for what, act in acts.items():
        if what == "send back":
            actions.not_done(action=action, reason="She moved", by=cast.health)
        held = held_in(act)
        assert 'FROM "cases_case"' in held[0]
        assert 'FROM "mase_planaction"' in held[1]


def test_a_meeting_is_held_before_an_action_that_comes_along_as_ending_it_does(
    cast: Cast, case: Case
) -> None:
    action = issued(cast, case)
    meeting = running(cast, case)
    held = held_in(
        lambda: carrying.carry_forward(
            action=action, meeting=meeting, due_on=timezone.localdate(), by=cast.manager
        )
    )
    assert 'FROM "cases_case"' in held[0]
    assert 'FROM "mase_meeting"' in held[1]
    assert 'FROM "mase_planaction"' in held[2]
