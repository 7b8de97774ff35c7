"""What was shown of a case ends with the sight it hung on, whatever ends that, and no emergency brings it back."""

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from cases.choices import EmergencyKind, EmergencyVerdict, Section
from cases.models import Case, CaseUserObjectPermission
from cases.selectors.emergency import Sought
from cases.services import access, emergency, sections
from cases.services.sections import show
from cse_portal.access import gate, grants
from cse_portal.access.choices import GrantSource
from cse_portal.access.grants import Holder
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency, User
from cse_portal.accounts.services import add_person
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow
from mase.models import MaseMeeting, PlanAction
from mase.services import actions, answers, scheduling, sight, verification
from mase.services.answers import Answer, AnswerKind
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories import actions as planned
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.meetings import make_meeting
from tests.factories.subject_access import officer
from tests.integration.mase.test_answers import asked
from tests.integration.mase.test_many_writers import as_in_a_request

pytestmark = pytest.mark.django_db
ADDRESS = Section.ADDRESS.value
OVER = "The meeting was cancelled"


@pytest.fixture
def nadia(cast: Cast) -> User:
    """A police officer on duty, who may open a case in an emergency."""
    return officer(cast)


@pytest.fixture
def case(cast: Cast) -> Case:
    """Priya of social care leads it."""
    return make_case(cast)


def show_address(cast: Cast, case: Case, to: Holder, **more: dt.datetime) -> None:
    show(
        case=case, section=Section.ADDRESS, to=to, reason="Fetches her there", lawful_basis=LAWFUL_BASIS,
        by=cast.practitioner, **more,
    )  # fmt: skip


def share(cast: Cast, case: Case, to: Holder, **more: dt.datetime) -> None:
    access.share(
        case=case, to=to, reason="Works with her", lawful_basis=LAWFUL_BASIS, by=cast.practitioner, **more
    )


def break_in(case: Case, person: User) -> None:
    opened = emergency.break_glass(
        sought=Sought(reference=case.reference), kind=EmergencyKind.DANGER, reason="She is gone", by=person
    )
    assert opened is not None


def shown(case: Case, person: User) -> list[dt.datetime | None]:
    """Until when each grant of the address runs that is theirs by name."""
    rows = CaseUserObjectPermission.objects.filter(content_object=case, user=person)
    return list(rows.filter(permission__codename=ADDRESS).values_list("expires_at", flat=True))


def reads_address(case: Case, person: User) -> bool:
    """As the portal says, and PostgreSQL with it."""
    fresh, row = User.objects.get(pk=person.pk), Case.objects.get(pk=case.pk)
    with acting_for(fresh):
        found = Case.objects.showing(Section.ADDRESS, fresh).filter(pk=case.pk).exists()
    assert found == gate.can(fresh, Permission.ADDRESS_VIEW, row)
    return found


def test_a_cancelled_meeting_takes_what_was_shown_to_its_guest_and_an_emergency_opens_none_of_it(
    cast: Cast, case: Case, nadia: User
) -> None:
    held = make_meeting(cast, case, agencies=[], people=[nadia])
    show_address(cast, case, nadia)
    assert reads_address(case, nadia)
    scheduling.cancel(meeting=held, reason="No need", by=cast.manager)
    assert shown(case, nadia) == []
    gone = AuditEvent.objects.filter(action=Action.ACCESS_WITHDRAWN, detail__holder=str(nadia.pk))
    assert [event.reason for event in gone] == [OVER, OVER]
    assert gone.get(detail__may=[ADDRESS]).detail["rows"] == 1
    break_in(case, nadia)
    assert gate.can(User.objects.get(pk=nadia.pk), Permission.CASE_VIEW, case)
    assert not reads_address(case, nadia)


def test_what_was_left_of_a_part_does_not_open_with_an_emergency(cast: Cast, case: Case, nadia: User) -> None:
    """However it was left: the row is written here as nothing in the portal writes it."""
    grants.give(
        case, to=nadia, codenames=[ADDRESS], source=GrantSource.SECTION, reason="Left", lawful_basis=LAWFUL_BASIS,
        by=cast.practitioner,
    )  # fmt: skip
    with acting_for(nadia):
        break_in(case, nadia)
    assert not reads_address(case, nadia)
    assert shown(case, nadia) == []


def test_a_part_that_was_shown_in_an_emergency_ends_with_it(cast: Cast, case: Case, nadia: User) -> None:
    break_in(case, nadia)
    show_address(cast, case, nadia)
    assert reads_address(case, nadia)
    glass = case.emergencies.get()
    emergency.review(emergency=glass, verdict=EmergencyVerdict.UNNECESSARY, note="No danger", by=cast.privacy)
    assert shown(case, nadia) == []


@pytest.mark.parametrize("asked_to", ["meeting", "case"])
def test_what_was_shown_in_an_emergency_goes_with_it_though_another_sight_has_come(
    cast: Cast, case: Case, nadia: User, asked_to: str
) -> None:
    """Priya shows it in the emergency, and asks Nadia to a meeting after that, or shares the case: Imran judges."""
    break_in(case, nadia)
    show_address(cast, case, nadia)
    if asked_to == "meeting":
        make_meeting(cast, case, agencies=[], people=[nadia])
    else:
        share(cast, case, nadia)
    assert reads_address(case, nadia)
    glass = case.emergencies.get()
    emergency.review(emergency=glass, verdict=EmergencyVerdict.UNNECESSARY, note="No danger", by=cast.privacy)
    assert gate.can(User.objects.get(pk=nadia.pk), Permission.CASE_VIEW, case), "by the other sight"
    assert shown(case, nadia) == []
    assert not reads_address(case, nadia)


def test_what_was_shown_in_an_emergency_alone_stays_until_it_ends_whatever_else_ends(
    cast: Cast, case: Case, nadia: User
) -> None:
    """Shown again for the meeting she is asked to, it is shown twice, and what was shown for that goes with it."""
    break_in(case, nadia)
    until = case.emergencies.get().ends_at
    show_address(cast, case, nadia)
    assert shown(case, nadia) == [until]
    held = make_meeting(cast, case, agencies=[], people=[nadia])
    assert shown(case, nadia) == [until], "asked to a meeting, she is shown nothing for longer"
    show_address(cast, case, nadia)
    [early, late] = sorted(filter(None, shown(case, nadia)))
    assert early == until < late
    scheduling.cancel(meeting=held, reason="No need", by=cast.manager)
    assert shown(case, nadia) == [until]
    assert reads_address(case, nadia)
    with time_machine.travel(until + dt.timedelta(seconds=1)):
        assert not reads_address(case, nadia)


def test_what_is_shown_for_a_sight_that_ends_before_the_emergency_ends_with_that(
    cast: Cast, case: Case, nadia: User
) -> None:
    break_in(case, nadia)
    soon = timezone.now() + dt.timedelta(hours=2)
    share(cast, case, nadia, expires_at=soon + dt.timedelta(hours=1))
    show_address(cast, case, nadia)
    assert shown(case, nadia) == [soon + dt.timedelta(hours=1)]
    share(cast, case, nadia, expires_at=soon)
    assert shown(case, nadia) == [soon]
    with time_machine.travel(soon + dt.timedelta(seconds=1)):
        assert gate.can(User.objects.get(pk=nadia.pk), Permission.CASE_VIEW, case)
        assert not reads_address(case, nadia)


def test_an_emergency_judged_not_needed_takes_nothing_that_was_shown_for_another_sight(
    cast: Cast, case: Case, nadia: User
) -> None:
    break_in(case, nadia)
    share(cast, case, nadia)
    show_address(cast, case, nadia)
    glass = case.emergencies.get()
    emergency.review(emergency=glass, verdict=EmergencyVerdict.UNNECESSARY, note="No danger", by=cast.privacy)
    assert shown(case, nadia) == [None]
    assert reads_address(case, nadia)


def test_what_was_shown_while_an_action_was_owed_ends_when_the_guests_sight_does(
    cast: Cast, case: Case
) -> None:
    """Hannah, a nurse, sees the case for as long as she owes an action; once that is done, until a day."""
    planned.agreed(cast, row := planned.running(cast, case, people=[cast.health]))
    planned.end(cast, row)
    show_address(cast, case, cast.health)
    assert shown(case, cast.health) == [None]
    action = PlanAction.objects.get(case=case)
    actions.complete(action=action, outcome="She was seen.", effect="Calmer.", by=cast.health)
    verification.confirm(action=PlanAction.objects.get(pk=action.pk), by=cast.manager)
    sight.settle()
    rows = grants.sight_rows(case, User).filter(user=cast.health)
    [until] = rows.values_list("expires_at", flat=True)
    assert until is not None
    assert shown(case, cast.health) == [until]


def test_a_deputy_who_comes_instead_takes_the_sight_and_not_what_was_shown(cast: Cast, case: Case) -> None:
    second = add_person(
        email="second.nurse@example.org", full_name="Ngozi Bell", agency=cast.agency("health"),
        role=Role.PRACTITIONER,
    )  # fmt: skip
    held = make_meeting(cast, case, agencies=[], people=[cast.health])
    show_address(cast, case, cast.health)
    given = Answer(AnswerKind.DEPUTY, deputy=second)
    answers.answer(invitation=asked(held, person=cast.health), given=given, by=cast.health)
    assert gate.can(User.objects.get(pk=second.pk), Permission.CASE_VIEW, case)
    assert shown(case, second) == []
    assert not gate.can(User.objects.get(pk=cast.health.pk), Permission.CASE_VIEW, case)
    assert shown(case, cast.health) == []


def test_a_part_stays_as_long_as_any_sight_of_the_case_is_left(cast: Cast, case: Case) -> None:
    soon = timezone.now() + dt.timedelta(days=90)
    held = make_meeting(cast, case, agencies=[], people=[cast.health])
    share(cast, case, cast.health, expires_at=soon)
    show_address(cast, case, cast.health)
    scheduling.cancel(meeting=held, reason="No need", by=cast.manager)
    assert shown(case, cast.health) == [soon]
    assert reads_address(case, cast.health)


def test_sharing_again_for_a_shorter_time_shortens_what_was_shown(cast: Cast, case: Case) -> None:
    police, soon = cast.agency("police"), timezone.now() + dt.timedelta(days=2)
    for holder in (police, cast.health):
        share(cast, case, holder)
        show_address(cast, case, holder)
        share(cast, case, holder, expires_at=soon)
    assert shown(case, cast.health) == [soon]
    rows = grants.holders_rows(case, Agency).filter(group_id=police.group_id)
    assert rows.get(permission__codename=ADDRESS).expires_at == soon
    share(cast, case, cast.health, expires_at=soon + dt.timedelta(days=5))
    assert shown(case, cast.health) == [soon], "what is longer again shows nothing longer by itself"


def test_an_agencys_part_ends_with_the_agencys_sight(cast: Cast, case: Case) -> None:
    police = cast.agency("police")
    held = make_meeting(cast, case, agencies=[police], people=[])
    show_address(cast, case, police)
    assert reads_address(case, cast.police)
    scheduling.cancel(meeting=held, reason="No need", by=cast.manager)
    assert not grants.holders_rows(case, Agency).filter(group_id=police.group_id).exists()


@pytest.mark.django_db(transaction=True)
def test_showing_a_part_while_the_meeting_is_cancelled_leaves_nothing_behind(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Maya cancels in the moment in which Priya shows: whoever comes second finds what the first has done."""
    police = cast.agency("police")
    held = make_meeting(cast, case, agencies=[police], people=[])
    outcome: list[str] = []

    def cancel() -> None:
        try:
            with as_in_a_request(User.objects.get(pk=cast.manager.pk)):
                meeting = MaseMeeting.objects.get(pk=held.pk)
                scheduling.cancel(meeting=meeting, reason="No need", by=cast.manager)
            outcome.append("cancelled")
        finally:
            connection.close()

    other = threading.Thread(target=cancel)
    gives = grants.give

    def give_slowly(*given: Any, **how: Any) -> None:
        other.start()
        other.join(3)
        outcome.append("shown")
        gives(*given, **how)

    monkeypatch.setattr(sections.grants, "give", give_slowly)
    with as_in_a_request(User.objects.get(pk=cast.practitioner.pk)):
        show_address(cast, Case.objects.get(pk=case.pk), police)
    other.join(30)
    assert outcome == ["shown", "cancelled"], "who cancels waits for who shows"
    assert not grants.holders_rows(case, Agency).filter(group_id=police.group_id).exists()


def test_nothing_is_shown_to_whose_sight_has_just_ended(cast: Cast, case: Case, nadia: User) -> None:
    held = make_meeting(cast, case, agencies=[], people=[nadia])
    scheduling.cancel(meeting=held, reason="No need", by=cast.manager)
    with pytest.raises(NotAllowedNow, match="They cannot see this case"):
        show_address(cast, case, nadia)
    assert grants.withdraw(case, frm=nadia, by=None, reason="x", source_id=uuid.uuid4()) == 0
