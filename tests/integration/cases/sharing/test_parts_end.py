"""What was shown of a case ends with the sight it hung on, whatever ends that, and no emergency brings it back."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from cases.record.choices import Section
from cases.record.models.access import CaseUserObjectPermission
from cases.record.models.case import Case
from cases.sharing.models import EmergencyKind, EmergencyVerdict
from cases.sharing.selectors.emergency import Sought
from cases.sharing.services import access, emergency
from cases.sharing.services.access import show
from cse_portal.access import gate, grants
from cse_portal.access.grants import Holder
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency, User
from cse_portal.accounts.services import add_person
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from mase.meetings.choices import AnswerKind
from mase.meetings.services import answers, scheduling
from mase.meetings.services.answers import Answer
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.meetings import make_meeting
from tests.factories.subject_access import officer
from tests.integration.mase.meetings.test_answers import asked

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


def test_a_part_that_was_shown_in_an_emergency_ends_with_it(cast: Cast, case: Case, nadia: User) -> None:
    break_in(case, nadia)
    show_address(cast, case, nadia)
    assert reads_address(case, nadia)
    glass = case.emergencies.get()
    emergency.review(emergency=glass, verdict=EmergencyVerdict.UNNECESSARY, note="No danger", by=cast.privacy)
    assert shown(case, nadia) == []


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
