"""The clocks of a meeting: by when, why then, paused, late with a reason, and who is told when one is due or late."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.assessments import services as categories
from cases.assessments.models import DecisionSource
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import access
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.accounts.services import add_person
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.choices import NoticeKind
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from cse_portal.reference.selectors import label
from cse_portal.reference.working_days import LONDON, add_working_days
from mase.clocks import services as clocks
from mase.clocks.models import ClockNotice, ClockState, ClockStep
from mase.clocks.selectors.clocks import Clock, clocks_of, clocks_to_book
from mase.clocks.services import PAUSE_OUTSIDE_CLOCK
from mase.meetings.choices import MeetingKind
from mase.meetings.errors import ChangedMeanwhile, MeetingRefused
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.meetings import count_to_book, due_date, kind_of_next
from mase.meetings.services import decision, ending
from mase.meetings.services.ending import adjourn
from mase.minutes.presenters.minutes import facts
from mase.tasks import notify_about_clocks
from reporting.measures.selectors.expected import initials_of, reviews_set_by
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.meetings import (
    end_meeting,
    make_meeting,
    second_manager,
    start_meeting,
    write_all,
)
from tests.factories.minutes import circulated

pytestmark = pytest.mark.django_db
# The Wednesday before Easter 2026, at nine in the morning.
BEFORE_EASTER = dt.datetime(2026, 4, 1, 9, 0, tzinfo=LONDON)


def of(found: list[Clock], step: ClockStep) -> Clock:
    return next(each for each in found if each.step == step)


def unbooked(case: Case, step: ClockStep = ClockStep.HELD) -> Clock:
    case.refresh_from_db()
    return of(clocks_to_book([case])[case.pk], step)


def booked(meeting: Meeting, step: ClockStep) -> Clock:
    return of(clocks_of(Meeting.objects.get(pk=meeting.pk)), step)


def confirm_higher(cast: Cast, case: Case) -> None:
    categories.confirm(
        case=case, category=RiskCategory.HIGH, harm_status=HarmStatus.H2, rationale="A second adult was seen",
        source=DecisionSource.ASSESSMENT, by=cast.manager,
    )  # fmt: skip


def paused(case: Case, by: Any, **about: Any) -> None:
    given = {"meeting": None, "reason": "CHILD_MISSING", **about}
    clocks.pause(case=case, by=by, **{"starts_on": timezone.localdate(), **given})


def resumed(case: Case, by: Any, **about: Any) -> None:
    given = {"meeting": None, "ends_on": timezone.localdate(), **about}
    clocks.resume(case=case, by=by, **given)


@time_machine.travel(BEFORE_EASTER)
def test_a_meeting_to_book_counts_across_easter(cast: Cast) -> None:
    medium, high = make_case(cast, category=RiskCategory.MEDIUM), make_case(cast, category=RiskCategory.HIGH)
    assert unbooked(medium, ClockStep.BOOK).due_on == dt.date(2026, 4, 2)
    assert unbooked(medium).due_on == dt.date(2026, 4, 17)
    held = unbooked(high)
    assert (held.due_on, held.state) == (dt.date(2026, 4, 10), ClockState.RUNNING)
    assert held.because == "5 working days from the threshold decision"
    assert held.rule.source == "Local default"


def test_a_category_that_rises_before_the_meeting_brings_its_day_forward(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        case = make_case(cast, category=RiskCategory.MEDIUM)
        meeting = make_meeting(cast, case, days=14)
        assert booked(meeting, ClockStep.HELD).due_on == dt.date(2026, 4, 17)
        categories.confirm(
            case=case, category=RiskCategory.HIGH, harm_status=HarmStatus.H2, rationale="A second adult was seen",
            source=DecisionSource.ASSESSMENT, by=second_manager(cast),
        )  # fmt: skip
        held = booked(meeting, ClockStep.HELD)
        assert (held.due_on, held.because) == (
            dt.date(2026, 4, 10),
            "5 working days from the threshold decision",
        )
        told = Notification.objects.filter(user=cast.manager, text__contains="due by 10 April 2026")
        assert "booked for a later day" in told.get().text
        initial = next(initials_of(case.episodes.all()))
        assert (initial.category, initial.due_on) == (RiskCategory.HIGH, dt.date(2026, 4, 10))


def test_a_category_that_rises_between_meetings_brings_the_review_forward(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        case = make_case(cast, category=RiskCategory.LOW)
        meeting = write_all(cast, start_meeting(cast, case), category=RiskCategory.MEDIUM)
        ending.end(meeting=meeting, by=cast.manager)
        case.refresh_from_db()
        assert case.next_review_on is not None
        booked_for = case.next_review_on
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=1)):
        confirm_higher(cast, case)
        case.refresh_from_db()
        assert case.next_review_on == dt.date(2026, 4, 30) < booked_for
        assert unbooked(case).due_on == case.next_review_on
        assert [each.due_on for each in reviews_set_by(Meeting.objects.all())] == [case.next_review_on]
        never_met = make_case(cast, category=RiskCategory.LOW)
        confirm_higher(cast, never_met)
        never_met.refresh_from_db()
        assert never_met.next_review_on == due_date(never_met, MeetingKind.INITIAL)[0]


def test_the_clocks_of_a_meeting_from_booking_to_review(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    meeting = make_meeting(cast, case, days=3)
    steps = [each.step for each in clocks_of(meeting)]
    assert steps == [ClockStep.HELD]
    written = write_all(cast, ending.start(meeting=meeting, by=cast.manager))
    ended = ending.end(meeting=written, by=cast.manager)
    after = {each.step: each.state for each in clocks_of(Meeting.objects.get(pk=ended.pk))}
    assert after[ClockStep.HELD] == ClockState.IN_TIME
    assert after[ClockStep.MINUTES] in (ClockState.RUNNING, ClockState.IN_TIME)


@time_machine.travel(BEFORE_EASTER)
def test_a_meeting_on_a_bank_holiday_says_so(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast), days=1)
    manager, url = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/change/"
    typed = {
        "form_token": str(new_key()), "scheduled_for_day": "6", "scheduled_for_month": "4",
        "scheduled_for_year": "2026", "scheduled_for_time": "10am", "place": "Room 2", "purpose": "A plan",
        "child_invited": "yes", "parent_invited": "yes", "late_reason": "CAPACITY", "reason": "Court", "version": "1",
    }  # fmt: skip
    page = manager.post(url, typed, follow=True).content.decode()
    assert "The meeting has been changed. Everyone invited has been told. That is a bank holiday." in page
    assert "The next working day is 7 April 2026." in page
    page = manager.post(url, typed | {"scheduled_for_day": "7", "version": "2"}, follow=True).content.decode()
    assert "The next working day" not in page


def test_a_pause_moves_the_due_day_by_its_working_days(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        case = make_case(cast, category=RiskCategory.HIGH)
        paused(case, cast.manager)
        assert unbooked(case).state == ClockState.PAUSED
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=13)):  # Tuesday 14 April
        standing = unbooked(case)
        # 1 and 2 April, 7 to 10 and 13 April
        assert (standing.state, standing.due_on) == (ClockState.PAUSED, dt.date(2026, 4, 21))
        resumed(case, cast.manager)
        assert unbooked(case).due_on == dt.date(2026, 4, 21) == due_date(case, kind_of_next(case))[0]
        assert unbooked(case).state == ClockState.RUNNING
        meeting = make_meeting(cast, case, days=2)
        assert meeting.due_on == dt.date(2026, 4, 21)
        assert booked(meeting, ClockStep.HELD).due_on == dt.date(2026, 4, 21)
        assert len(booked(meeting, ClockStep.HELD).pauses) == 1
    noted = AuditEvent.objects.filter(action__in=(Action.CLOCK_PAUSED, Action.CLOCK_RESUMED))
    assert [each.detail.get("days") for each in noted.order_by("at")] == [None, 7]


def test_why_a_review_was_late_may_be_said_afterwards_and_stands_in_its_minutes(
    cast: Cast,
) -> None:
    with time_machine.travel(BEFORE_EASTER):
        case = make_case(cast, category=RiskCategory.HIGH)
        end_meeting(cast, case)
        held = make_meeting(cast, Case.objects.get(pk=case.pk), days=3)
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=50)):
        held = ending.start(meeting=held, by=cast.manager)
        held = ending.end(meeting=write_all(cast, held), by=cast.manager)
        manager, address = signed_in(cast, "manager"), f"/meetings/{held.pk}/clock/"
        assert "Held late because" not in dict(facts(Meeting.objects.get(pk=held.pk)))
        assert manager.post(address, {"reason": "CHILD_MISSING"}).status_code == 302
        assert booked(held, ClockStep.HELD).state == ClockState.EXPLAINED
    why = dict(facts(Meeting.objects.get(pk=held.pk)))["Held late because"]
    assert why.startswith(label("late-reason", "CHILD_MISSING"))


def test_what_is_late_is_not_paused_and_a_reason_is_given_once_and_for_a_booked_meeting(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        case = make_case(cast, category=RiskCategory.HIGH)
        assert unbooked(case).asks == "Pause"
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=20)):
        late = unbooked(case)
        assert (late.state, late.asks) == (ClockState.LATE, "")
        with pytest.raises(ChangedMeanwhile):
            paused(case, cast.manager, starts_on=BEFORE_EASTER.date())
        meeting = make_meeting(cast, case, days=1, late_reason="CAPACITY")
        assert booked(meeting, ClockStep.HELD).reason_words == "Not enough staff"
        with pytest.raises(ChangedMeanwhile):
            clocks.explain(meeting=meeting, reason="OTHER", by=cast.manager)


def test_a_pause_lies_within_the_clock_and_no_two_overlap(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    today = timezone.localdate()
    for day in (today - dt.timedelta(days=3000), today + dt.timedelta(days=1)):
        with pytest.raises(MeetingRefused, match=PAUSE_OUTSIDE_CLOCK):
            paused(case, cast.manager, starts_on=day)
    paused(case, cast.manager)
    with pytest.raises(ChangedMeanwhile):
        paused(case, cast.manager)
    resumed(case, cast.manager)
    assert unbooked(case).due_on == add_working_days(case.opened_at, 5)


def test_the_pages_show_the_clocks_and_take_a_pause(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    manager, tab = signed_in(cast, "manager"), f"/cases/{case.reference}/meetings/"
    to_book = manager.get("/meetings/to-book/").content.decode()
    assert "Hold the initial MASE, category 3" in to_book
    assert count_to_book(cast.manager) == 1
    html = manager.get(tab).content.decode()
    assert "5 working days from the threshold decision" in html
    address = f"{tab}clock/"
    assert address in html
    today = timezone.localdate()
    given = {"reason": "COURT", "day_day": today.day, "day_month": today.month, "day_year": today.year}
    assert manager.post(address, {**given, "day_year": 2001}).status_code == 200
    assert manager.post(address, given).status_code == 302
    assert "A court hearing" in manager.get(tab).content.decode()
    assert "Let it run again" in manager.get(address).content.decode()
    assert signed_in(cast, "outsider").get(address).status_code == 404
    meeting = make_meeting(cast, case, agencies=[cast.agency("health")])
    assert manager.get(address).url == f"/meetings/{meeting.pk}/clock/"
    page = f"/meetings/{meeting.pk}/"
    assert "Hold the initial MASE" in signed_in(cast, "health").get(page).content.decode()
    assert signed_in(cast, "health").get(f"{page}clock/").status_code == 403
    assert manager.get(f"{page}clock/").status_code == 200


def test_a_meeting_held_while_its_clock_is_paused_is_held_in_time(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        case = make_case(cast, category=RiskCategory.HIGH)
        meeting = make_meeting(cast, case, days=8)
        paused(case, cast.manager, meeting=meeting)
    with time_machine.travel(
        BEFORE_EASTER + dt.timedelta(days=14)
    ):  # Wednesday 15 April, five days late without it
        ending.start(meeting=meeting, by=cast.manager)
        held = booked(meeting, ClockStep.HELD)
        assert (held.state, held.paused, held.due_on) == (ClockState.IN_TIME, None, dt.date(2026, 4, 22))
        assert next(initials_of(case.episodes.all())).due_on == dt.date(2026, 4, 22)
        address = f"/meetings/{meeting.pk}/clock/"
        assert "Let it run again" not in signed_in(cast, "manager").get(address).content.decode()
        with pytest.raises(ChangedMeanwhile):
            resumed(case, cast.manager, meeting=meeting)


def test_after_five_minutes_and_objections_count_from_the_next_working_day(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        meeting = write_all(cast, start_meeting(cast, make_case(cast, category=RiskCategory.HIGH)))
    # After five counted from Thursday 2 April: 7, 8, 9, 10 and 13 April.
    for hour, day in ((18, 13), (16, 10)):
        with time_machine.travel(BEFORE_EASTER.replace(hour=hour)), transaction.atomic():
            ended = ending.end(meeting=Meeting.objects.get(pk=meeting.pk), by=cast.manager)
            assert ended.minutes.due_on == dt.date(2026, 4, day)
            assert circulated(cast, ended).objections_until == dt.date(2026, 4, day)
            transaction.set_rollback(True)


def test_a_review_whose_day_the_chair_set_says_so_and_not_the_categorys_rule(cast: Cast) -> None:
    """Fourteen days instead of forty-two, from the meeting of Wednesday 1 April 2026."""
    said = "Set by the meeting of 1 April 2026"
    with time_machine.travel(BEFORE_EASTER):
        case = make_case(cast, category=RiskCategory.MEDIUM)
        meeting = write_all(cast, start_meeting(cast, case), category=RiskCategory.MEDIUM)
        decision.set_review(meeting=meeting, review_on=dt.date(2026, 4, 15), by=cast.manager)
        ending.end(meeting=meeting, by=cast.manager)
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=2)):
        case = Case.objects.get(pk=case.pk)
        clock = unbooked(case)
        assert (clock.due_on, clock.because) == (dt.date(2026, 4, 15), said)
        assert due_date(case, kind_of_next(case)) == (dt.date(2026, 4, 15), said)
        page = signed_in(cast, "manager").get(f"/cases/{case.reference}/meetings/").content.decode()
        assert "15 April 2026. Set by the meeting of 1 April 2026" in page
        review = make_meeting(cast, case, days=7)
        assert review.due_rule == said
        assert booked(review, ClockStep.HELD).because == said


def test_a_meeting_names_the_rule_that_made_its_day_though_the_category_has_risen(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        meeting = make_meeting(cast, case := make_case(cast, category=RiskCategory.MEDIUM), days=9)
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=14)):
        confirm_higher(cast, case)
        clock = booked(meeting, ClockStep.HELD)
        assert (clock.due_on, clock.because) == (
            dt.date(2026, 4, 17), "10 working days from the threshold decision",
        )  # fmt: skip


# A Monday without holidays around it.
MONDAY = dt.datetime(2026, 6, 1, 9, 0, tzinfo=LONDON)


def told(person: User) -> list[str]:
    rows = Notification.objects.filter(user=person, kind__in=(NoticeKind.MEETINGS, NoticeKind.MINUTES))
    starts = ("Due soon", "Late", "Still paused", "Still running")
    return [each.text for each in rows.order_by("created_at") if each.text.startswith(starts)]


def told_now() -> int:
    """Of how many steps of children this morning's job tells somebody."""
    notices = ClockNotice.objects.filter(case__isnull=False)
    before = notices.count()
    notify_about_clocks()
    return notices.count() - before


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
        assert (told_now(), told_now()) == (1, 0)
        assert told(cast.manager) == ["Due soon: 1 initial MASE to book."]
    with on(7):
        assert (told_now(), told_now()) == (2, 0), "late to book; and it is to be held today"
        assert told(lead) == []
    with on(8):
        assert (told_now(), told_now()) == (1, 0)
        assert "Late: 1 meeting to hold. Book or hold it now, and say why it is late." in told(cast.manager)
        assert told(lead) == [
            "Late: 1 initial MASE of a child your agency leads. No reason is on record yet."
        ]
        make_meeting(cast, case, days=3, late_reason="CHILD_MISSING")
        assert (told_now(), told_now()) == (1, 0)
    [last] = [
        each for each in told(lead) if each.startswith("Late, and the reason is on record: 1 initial MASE")
    ]
    row = Notification.objects.get(user=lead, text=last)
    assert (row.url, row.case_id) == (reverse("home"), None)
    assert AuditEvent.objects.filter(action=Action.CLOCK_TOLD, case_id=case.pk).count() == 5


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
                case=case, meeting=None, reason="COURT", starts_on=today(), by=cast.manager
            )  # fmt: skip
    with on(20):
        if step == "explained":
            make_meeting(cast, case, days=3, agencies=[], late_reason="CHILD_MISSING")
        told_now()
    assert told(lead) == []
    assert told(cast.manager) or step == "explained", "anyone who may chair it is told"


def test_a_review_of_category_1_is_told_to_who_leads_the_case_and_late_to_the_manager_too(cast: Cast) -> None:
    with on(0):
        case = make_case(cast, category=RiskCategory.HIGH)
        circulated(cast, end_meeting(cast, case))
        review_on = (MONDAY + dt.timedelta(days=3)).date()
        Case.objects.filter(pk=case.pk).update(category=RiskCategory.LOW, next_review_on=review_on)
    with on(1):
        told_now()
    assert (told(cast.manager), told(cast.practitioner)) == (
        [],
        ["Due soon: 1 review by the lead professional."],
    )
    with on(5):
        assert (told_now(), told_now()) == (1, 0), "each once"
    late = "Late: 1 review by the lead professional. See the child or young person, and record the review."
    assert told(cast.manager) == [late]
    assert late in told(cast.practitioner)


def test_minutes_not_sent_out_are_told_to_the_chair(cast: Cast) -> None:
    with on(0):
        case = make_case(cast, category=RiskCategory.HIGH)
        end_meeting(cast, case)
    with on(4):
        assert (told_now(), told_now()) == (1, 0)
    with on(8):
        assert (told_now(), told_now()) == (1, 0)
    assert told(cast.manager) == [
        "Due soon: 1 set of minutes to send out.",
        "Late: 1 set of minutes to send out. Do it now.",
    ]


def test_a_clock_that_stays_paused_is_told_of_every_ten_working_days(cast: Cast) -> None:
    with on(0):
        case = make_case(cast, category=RiskCategory.MEDIUM)
        lead = service_manager(case)
        paused(case, cast.manager, starts_on=MONDAY.date())
    with on(2):
        assert told_now() == 1, "the booking is late all the same"
    with on(11):
        assert told_now() == 0, "nine working days"
    with on(14):
        assert (told_now(), told_now()) == (1, 0)
    with on(20):
        assert told_now() == 0
    ends = "Let the clock run again, or say that it must wait."
    assert told(cast.manager)[1:] == [f"Still paused: 1 meeting to hold. {ends}"]
    by_lead = "Still paused: 1 initial MASE of a child your agency leads. The child is missing."
    assert told(lead) == [by_lead]
    with on(60):
        assert (told_now(), told_now()) == (1, 0), "after a standstill once"
        assert told(lead) == [by_lead, by_lead]
        clocks.resume(case=case, meeting=None, ends_on=today(), by=cast.manager)
    with on(77):
        told_now()
        assert told(lead)[-1].startswith("Late: ")


def test_a_meeting_that_was_started_and_never_ended_is_told_of_each_morning(cast: Cast) -> None:
    words = "Still running: 1 meeting that was started before today. End it."
    with on(0):
        case = make_case(cast, category=RiskCategory.HIGH)
        lead, second = service_manager(case), second_manager(cast)
        meeting = start_meeting(cast, case)
        assert told_now() == 0, "today it may well be going on"
    with on(1):
        assert (told_now(), told_now()) == (1, 0)
        assert told(cast.manager) == [words]
    for day in (2, 40):
        with on(day):
            assert (told_now(), told_now()) == (1, 0)
    assert told(cast.manager) == [words] * 3
    assert told(second) == [words] * 3, "so may anyone who chairs end it"
    assert told(lead) == []
    row = Notification.objects.filter(user=cast.manager, text__startswith="Still running")[0]
    assert row.url == reverse("mase:meeting", args=[meeting.pk])
    with on(41):
        adjourn(meeting=meeting, reason="She closed her computer.", to=None, by=cast.manager)
        told_now()
    assert {each.split(":")[0] for each in told(second)[3:]} == {"Late"}, "it waits to be booked again"
