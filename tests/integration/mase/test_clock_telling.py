"""Booking, the meeting, the review and its minutes: who is told when one is due soon or late, and only once."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cases.choices import RiskCategory
from cases.models import Case
from cases.services import access
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.accounts.services import add_person
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.choices import MAY_BE_SILENT, NoticeKind
from cse_portal.jobs.models import Notification
from cse_portal.reference.working_days import LONDON
from mase.choices import ClockState, ClockStep
from mase.models import ClockNotice
from mase.selectors.clocks import clocks_of
from mase.services import clocks
from mase.services.breaking_off import break_off
from mase.tasks import tell_of_clocks
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.meetings import end_meeting, make_meeting, second_manager, start_meeting
from tests.factories.minutes import circulated

pytestmark = pytest.mark.django_db
# A Monday without holidays around it.
MONDAY = dt.datetime(2026, 6, 1, 9, 0, tzinfo=LONDON)


def told(person: User) -> list[str]:
    rows = Notification.objects.filter(user=person, kind__in=(NoticeKind.MEETINGS, NoticeKind.MINUTES))
    starts = ("Due soon", "Late", "Still paused", "Still running")
    return [each.text for each in rows.order_by("created_at") if each.text.startswith(starts)]


def on(days: int) -> time_machine.travel:
    return time_machine.travel(MONDAY + dt.timedelta(days=days), tick=False)


def today() -> dt.date:
    return timezone.localdate()


def service_manager(case: Case) -> User:
    return add_person(
        email="lead.of.it@csc.example", full_name="Ada Lead", agency=case.lead_agency, role=Role.AGENCY_LEAD
    )


def test_a_meeting_nobody_books_is_told_soon_and_late_once_each(cast: Cast) -> None:
    with on(0):
        case = make_case(cast, category=RiskCategory.HIGH)  # to be held in five working days
        lead = service_manager(case)
    with on(1):
        assert (tell_of_clocks(), tell_of_clocks()) == (1, 0)
        assert told(cast.manager) == ["Due soon: 1 initial MASE to book."]
    with on(7):
        assert (tell_of_clocks(), tell_of_clocks()) == (2, 0), "late to book; and it is to be held today"
        assert told(lead) == []
    with on(8):
        assert (tell_of_clocks(), tell_of_clocks()) == (1, 0)
        assert "Late: 1 meeting to hold. Do it now, or say why it is late." in told(cast.manager)
        assert told(lead) == [
            "Late: 1 initial MASE of a child your agency leads. No reason is on record yet."
        ]
        clocks.explain(case=case, meeting=None, step=ClockStep.HELD, reason="CHILD_MISSING", by=cast.manager)
        assert (tell_of_clocks(), tell_of_clocks()) == (1, 0)
    assert [
        each for each in told(lead) if each.startswith("Late, and the reason is on record: 1 initial MASE")
    ]
    assert AuditEvent.objects.filter(action=Action.CLOCK_TOLD, case_id=case.pk).count() == 5


def test_no_line_names_a_child_and_the_service_manager_is_led_to_none(cast: Cast) -> None:
    with on(0):
        case = make_case(cast, category=RiskCategory.HIGH)
        lead = service_manager(case)
    with on(20):
        tell_of_clocks()
    rows = Notification.objects.filter(text__startswith="Late")
    assert {each.user for each in rows} >= {lead, cast.manager}
    assert not any(case.child.name in each.text or case.reference in each.text for each in rows)
    for each in rows.filter(user=lead):
        assert (each.url, each.case_id) == (reverse("home"), None)


@pytest.mark.parametrize("step", ["late", "explained", "paused"])
def test_of_a_restricted_case_the_service_manager_is_told_no_number(cast: Cast, step: str) -> None:
    with on(0):
        case = make_case(cast, category=RiskCategory.HIGH)
        lead = service_manager(case)
        access.restrict(
            case=case, reason_code="ADDRESS_CONFIDENTIAL", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
        )  # fmt: skip
        if step == "paused":
            clocks.pause(
                case=case, meeting=None, step=ClockStep.HELD, reason="COURT", starts_on=today(), by=cast.manager
            )  # fmt: skip
    with on(20):
        if step == "explained":
            clocks.explain(
                case=case, meeting=None, step=ClockStep.HELD, reason="CHILD_MISSING", by=cast.manager
            )
        tell_of_clocks()
    assert told(lead) == []
    assert told(cast.manager), "whoever may chair it is told"


def test_what_was_told_before_the_booking_is_not_told_again_after_it(cast: Cast) -> None:
    with on(0):
        case = make_case(cast, category=RiskCategory.MEDIUM)
    with on(9):
        tell_of_clocks()
    assert ClockNotice.objects.filter(case=case, step=ClockStep.HELD, told="soon").exists()
    with on(9):
        make_meeting(cast, case, days=4)
        assert tell_of_clocks() == 0


def test_a_review_of_category_1_is_told_to_who_leads_the_case_too(cast: Cast) -> None:
    with on(0):
        case = make_case(cast, category=RiskCategory.HIGH)
        circulated(cast, end_meeting(cast, case))
        review_on = (MONDAY + dt.timedelta(days=3)).date()
        Case.objects.filter(pk=case.pk).update(category=RiskCategory.LOW, next_review_on=review_on)
    with on(1):
        tell_of_clocks()
    assert told(cast.manager) == told(cast.practitioner) == ["Due soon: 1 meeting to hold."]


def test_minutes_not_sent_out_are_told_to_the_chair(cast: Cast) -> None:
    with on(0):
        case = make_case(cast, category=RiskCategory.HIGH)
        end_meeting(cast, case)
    with on(4):
        assert (tell_of_clocks(), tell_of_clocks()) == (1, 0)
    with on(8):
        assert (tell_of_clocks(), tell_of_clocks()) == (1, 0)
    assert told(cast.manager) == [
        "Due soon: 1 set of minutes to send out.",
        "Late: 1 set of minutes to send out. Do it now, or say why it is late.",
    ]


def test_who_wants_to_hear_less_is_never_told_nothing() -> None:
    assert not {NoticeKind.MEETINGS, NoticeKind.MINUTES} & set(MAY_BE_SILENT)


def test_a_clock_that_stays_paused_is_told_of_every_ten_working_days(cast: Cast) -> None:
    with on(0):
        case = make_case(cast, category=RiskCategory.MEDIUM)
        lead = service_manager(case)
        for step in (ClockStep.BOOK, ClockStep.HELD):
            clocks.pause(
                case=case, meeting=None, step=step, reason="CHILD_MISSING", starts_on=MONDAY.date(), by=cast.manager
            )  # fmt: skip
    with on(11):
        assert tell_of_clocks() == 0, "nine working days"
    with on(14):
        assert (tell_of_clocks(), tell_of_clocks()) == (2, 0), "the booking and the meeting"
    with on(20):
        assert tell_of_clocks() == 0
    ends = "Let the clock run again, or say that it must wait."
    assert sorted(told(cast.manager)) == [
        f"Still paused: 1 initial MASE to book. {ends}", f"Still paused: 1 meeting to hold. {ends}",
    ]  # fmt: skip
    by_lead = "Still paused: 1 initial MASE of a child your agency leads. The child is missing."
    assert told(lead) == [by_lead]
    with on(60):
        assert (tell_of_clocks(), tell_of_clocks()) == (2, 0), "after a standstill of the portal once"
        assert told(lead) == [by_lead, by_lead]
        clocks.resume(case=case, meeting=None, step=ClockStep.HELD, ends_on=today(), by=cast.manager)
    with on(77):
        tell_of_clocks()
        assert told(lead)[-1].startswith("Late: ")


def test_a_booked_meeting_and_minutes_that_stay_paused_are_told_of_too(cast: Cast) -> None:
    with on(0):
        case = make_case(cast, category=RiskCategory.MEDIUM)
        meeting = make_meeting(cast, case, days=8)
        clocks.pause(
            case=case,
            meeting=meeting,
            step=ClockStep.HELD,
            reason="COURT",
            starts_on=today(),
            by=cast.manager,
        )
        held = end_meeting(cast, make_case(cast, category=RiskCategory.MEDIUM))
        clocks.pause(
            case=held.case,
            meeting=held,
            step=ClockStep.MINUTES,
            reason="COURT",
            starts_on=today(),
            by=cast.manager,
        )
    with on(14):
        assert (tell_of_clocks(), tell_of_clocks()) == (2, 0)
    starts = ("Still paused: 1 meeting to hold.", "Still paused: 1 set of minutes to send out.")
    assert len([each for each in told(cast.manager) if each.startswith(starts)]) == 2


def test_a_meeting_that_was_started_and_never_ended_is_told_of_each_morning(cast: Cast) -> None:
    words = (
        "Still running: 1 meeting that was started before today. End it, or say that it was not held or was"
    )
    with on(0):
        case = make_case(cast, category=RiskCategory.HIGH)
        lead, second = service_manager(case), second_manager(cast)
        meeting = start_meeting(cast, case)
        assert tell_of_clocks() == 0, "today it may well be going on"
    with on(1):
        assert (tell_of_clocks(), tell_of_clocks()) == (1, 0)
        assert told(cast.manager) == [f"{words} broken off."]
        assert told(second) == [], "the chair may yet end it"
    for day in (2, 40):
        with on(day):
            assert (tell_of_clocks(), tell_of_clocks()) == (1, 0)
    assert told(cast.manager) == [f"{words} broken off."] * 3
    assert told(second) == [f"{words} broken off."] * 2
    assert told(lead) == []
    row = Notification.objects.filter(user=cast.manager, text__startswith="Still running")[0]
    assert row.url == reverse("mase:meeting", args=[meeting.pk])
    with on(41):
        break_off(meeting=meeting, reason="She closed her computer.", to=None, by=cast.manager)
        tell_of_clocks()
    assert {each.split(":")[0] for each in told(second)[2:]} == {"Late"}, "it waits to be booked again"


def test_actions_and_minutes_of_a_meeting_that_never_ends_are_late(cast: Cast) -> None:
    with on(0):
        meeting = start_meeting(cast, make_case(cast, category=RiskCategory.HIGH))
        running = {each.step: each for each in clocks_of(meeting)}
        assert running[ClockStep.ACTIONS].due_on == (MONDAY + dt.timedelta(days=1)).date()
        assert running[ClockStep.MINUTES].state == ClockState.RUNNING
        assert not running[ClockStep.MINUTES].may_pause, "nothing but the meeting's end holds it up"
    with on(40):
        late = {each.step: each for each in clocks_of(meeting)}
        assert late[ClockStep.ACTIONS].state == late[ClockStep.MINUTES].state == ClockState.LATE
        assert not late[ClockStep.MINUTES].may_explain
