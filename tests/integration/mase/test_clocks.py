"""The clocks of a meeting: by when, why then, paused with a reason, late with a reason."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.choices import DecisionSource, HarmStatus, RiskCategory
from cases.models import Case
from cases.services import categories
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from cse_portal.reference.selectors import label
from cse_portal.reference.working_days import LONDON, add_working_days, put_off, working_days_in
from mase.choices import ClockState, ClockStep
from mase.errors import ChangedMeanwhile, PauseOutsideClock
from mase.models import ClockPause, MaseMeeting
from mase.presenters.clocks import line, notes_of
from mase.presenters.minutes import facts
from mase.selectors.clocks import Clock, clocks_of, clocks_to_book
from mase.selectors.initials import initials_of
from mase.selectors.meetings import due_date, kind_of_next
from mase.selectors.reviews import reasons_held_late, reviews_set_by
from mase.services import clocks, decision, ending, scheduling
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import (
    details,
    end_meeting,
    make_meeting,
    second_manager,
    start_meeting,
    write_all,
)
from tests.factories.minutes import agreed, circulated

pytestmark = pytest.mark.django_db
# The Wednesday before Easter 2026, at nine in the morning.
BEFORE_EASTER = dt.datetime(2026, 4, 1, 9, 0, tzinfo=LONDON)
OTHERS = (
    "health",
    "police",
    "education",
    "hospital",
    "yos",
    "housing",
    "voluntary",
    "early-help",
    "neighbour",
)


def of(found: list[Clock], step: ClockStep) -> Clock:
    return next(each for each in found if each.step == step)


def unbooked(case: Case, step: ClockStep = ClockStep.HELD) -> Clock:
    case.refresh_from_db()
    return of(clocks_to_book([case])[case.pk], step)


def booked(meeting: MaseMeeting, step: ClockStep) -> Clock:
    return of(clocks_of(MaseMeeting.objects.get(pk=meeting.pk)), step)


def confirm_higher(cast: Cast, case: Case) -> None:
    categories.confirm(
        case=case, category=RiskCategory.HIGH, harm_status=HarmStatus.H2, rationale="A second adult was seen",
        source=DecisionSource.ASSESSMENT, by=cast.manager,
    )  # fmt: skip


def paused(case: Case, by: Any, **about: Any) -> None:
    given = {"meeting": None, "step": ClockStep.HELD, "reason": "CHILD_MISSING", **about}
    clocks.pause(case=case, by=by, **{"starts_on": timezone.localdate(), **given})


def resumed(case: Case, by: Any, **about: Any) -> None:
    given = {"meeting": None, "step": ClockStep.HELD, "ends_on": timezone.localdate(), **about}
    clocks.resume(case=case, by=by, **given)


def signed_in(cast: Cast, key: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, key))
    return client


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    """Each test's files in a place of their own."""
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}


@time_machine.travel(BEFORE_EASTER)
def test_a_meeting_to_book_counts_across_easter(cast: Cast) -> None:
    medium, high = make_case(cast, category=RiskCategory.MEDIUM), make_case(cast, category=RiskCategory.HIGH)
    assert unbooked(medium, ClockStep.BOOK).due_on == dt.date(2026, 4, 2)
    assert unbooked(medium).due_on == dt.date(2026, 4, 17)
    held = unbooked(high)
    assert (held.due_on, held.state) == (dt.date(2026, 4, 10), ClockState.RUNNING)
    assert held.rule == "5 working days from the threshold decision"
    assert held.source == "Local default"


@time_machine.travel(BEFORE_EASTER.replace(hour=17, minute=30))
def test_after_five_in_the_evening_counts_as_the_next_day(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    assert unbooked(case, ClockStep.BOOK).due_on == dt.date(2026, 4, 7)
    meeting = make_meeting(cast, case, days=8)
    assert booked(meeting, ClockStep.INVITATIONS).due_on == dt.date(2026, 4, 8)


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
        assert (held.due_on, held.rule) == (
            dt.date(2026, 4, 10),
            "5 working days from the threshold decision",
        )
        told = Notification.objects.filter(user=cast.manager, text__contains="due by 10 April 2026")
        assert "booked for a later day" in told.get().text
        initial = initials_of(case.episodes.all())[0]
        assert (initial.category, initial.due_on) == (RiskCategory.HIGH, dt.date(2026, 4, 10))


def test_a_category_that_rises_during_a_pause_asks_for_no_other_day_that_is_in_time(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        case = make_case(cast, category=RiskCategory.MEDIUM)
        meeting = make_meeting(cast, case, days=14)  # 15 April: the pause moves 10 April to 20 April by then
        paused(case, cast.manager, meeting=meeting)
        categories.confirm(
            case=case, category=RiskCategory.HIGH, harm_status=HarmStatus.H2, rationale="A second adult was seen",
            source=DecisionSource.ASSESSMENT, by=second_manager(cast),
        )  # fmt: skip
        told = Notification.objects.get(user=cast.manager, text__contains="due by 10 April 2026")
        assert "booked for a later day" not in told.text


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
        assert [each.due_on for each in reviews_set_by(MaseMeeting.objects.all())] == [case.next_review_on]
        never_met = make_case(cast, category=RiskCategory.LOW)
        confirm_higher(cast, never_met)
        never_met.refresh_from_db()
        assert never_met.next_review_on is None


def test_a_category_that_rises_late_moves_no_day_back(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        case = make_case(cast, category=RiskCategory.MEDIUM)
        meeting = make_meeting(cast, case, days=14)
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=14)):
        confirm_higher(cast, case)
        assert booked(meeting, ClockStep.HELD).due_on == dt.date(2026, 4, 17)


def test_what_is_listed_is_what_the_booking_writes_down(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    assert unbooked(case).due_on == due_date(case, kind_of_next(case))[0]
    end_meeting(cast, case)
    case.refresh_from_db()
    assert [each.step for each in clocks_to_book([case])[case.pk]] == [ClockStep.HELD]
    assert unbooked(case).due_on == due_date(case, kind_of_next(case))[0] == case.next_review_on


def test_a_first_meeting_that_no_decision_asked_for_is_counted_from_its_booking(cast: Cast) -> None:
    """Before a child of category 1 is closed as safe: work began long ago, and nobody was late."""
    with time_machine.travel(BEFORE_EASTER - dt.timedelta(days=90)):
        case = make_case(cast, category=RiskCategory.LOW)
    with time_machine.travel(BEFORE_EASTER):
        assert clocks_to_book([case])[case.pk] == []
        meeting = make_meeting(cast, case, days=5)
        found = {each.step: (each.due_on, each.state) for each in clocks_of(meeting)}
        assert meeting.due_on == dt.date(2026, 4, 17)
        assert found[ClockStep.HELD] == (dt.date(2026, 4, 17), ClockState.RUNNING)
        assert found[ClockStep.BOOK] == (dt.date(2026, 4, 2), ClockState.IN_TIME)


def test_the_clocks_of_a_meeting_from_booking_to_review(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    meeting = make_meeting(cast, case, days=3)
    steps = [each.step for each in clocks_of(meeting)]
    assert steps == [ClockStep.BOOK, ClockStep.INVITATIONS, ClockStep.REPORTS, ClockStep.HELD]
    assert booked(meeting, ClockStep.BOOK).state == ClockState.IN_TIME
    assert booked(meeting, ClockStep.INVITATIONS).state == ClockState.RUNNING  # nobody of education is asked
    other = make_case(cast, category=RiskCategory.HIGH)
    ended = end_meeting(cast, other)
    after = {each.step: each.state for each in clocks_of(MaseMeeting.objects.get(pk=ended.pk))}
    assert after[ClockStep.HELD] == ClockState.IN_TIME
    assert after[ClockStep.ACTIONS] == ClockState.IN_TIME
    assert after[ClockStep.MINUTES] in (ClockState.RUNNING, ClockState.IN_TIME)
    assert after[ClockStep.REVIEW] == ClockState.RUNNING


def test_the_invitations_are_out_when_the_last_who_belongs_at_the_table_is_asked(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        meeting = make_meeting(cast, make_case(cast), days=21, late_reason="CAPACITY")
        clock = booked(meeting, ClockStep.INVITATIONS)
        assert (clock.state, clock.done_on, clock.waits_for) == (ClockState.RUNNING, None, ("Education",))
        assert "Not invited yet: Education." in notes_of(clock)
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=1)):
        scheduling.ask(meeting, [scheduling.Asked(cast.agency("housing"))], by=cast.manager)
        assert booked(meeting, ClockStep.INVITATIONS).done_on is None
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=20)):
        late = booked(meeting, ClockStep.INVITATIONS)
        assert (late.state, late.may_explain) == (ClockState.LATE, True)
        scheduling.ask(meeting, [scheduling.Asked(cast.agency("education"))], by=cast.manager)
        scheduling.ask(meeting, [scheduling.Asked(cast.agency("hospital"))], by=cast.manager)
        asked = booked(meeting, ClockStep.INVITATIONS)
        assert (asked.state, asked.waits_for) == (ClockState.LATE, ())
        assert asked.done_on == dt.date(2026, 4, 21)


def test_the_invitations_are_in_time_where_everybody_is_asked_as_it_is_booked(cast: Cast) -> None:
    everybody = [cast.agency(code) for code in ("health", "police", "education")]
    meeting = make_meeting(cast, make_case(cast), agencies=everybody)
    clock = booked(meeting, ClockStep.INVITATIONS)
    assert (clock.state, clock.done_on) == (ClockState.IN_TIME, timezone.localdate())


def test_however_many_are_asked_the_clocks_ask_no_more_questions(cast: Cast) -> None:
    few = make_meeting(cast, make_case(cast), agencies=[])
    many = make_meeting(cast, make_case(cast), agencies=[cast.agency(code) for code in OTHERS])
    counts = []
    for row in (few, few, many):
        meeting = MaseMeeting.objects.select_related("case", "minutes").get(pk=row.pk)
        with CaptureQueriesContext(connection) as asked:
            clocks_of(meeting)
        counts.append(len(asked))
    assert counts[1] == counts[2]


def test_a_pause_that_goes_on_counts_when_the_meeting_is_booked_and_moved(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        case = make_case(cast, category=RiskCategory.HIGH)  # by Friday 10 April
        paused(case, cast.manager)
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=6)):  # Tuesday 7 April
        meeting = make_meeting(cast, case, days=9)  # Thursday 16 April
        assert (meeting.due_on, meeting.late_reason) == (dt.date(2026, 4, 10), "")
        assert booked(meeting, ClockStep.HELD).state == ClockState.PAUSED
        moved = details(days=10)
        changed = scheduling.change(
            meeting=meeting, details=moved, reason="Court", version=1, by=cast.manager
        )
        assert changed.late_reason == ""
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=16)):  # Friday 17 April
        held = ending.start(meeting=MaseMeeting.objects.get(pk=meeting.pk), by=cast.manager)
        assert booked(held, ClockStep.HELD).state == ClockState.IN_TIME


def test_the_form_asks_why_it_is_late_only_past_the_pause(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        case = make_case(cast, category=RiskCategory.HIGH)
        manager, url = signed_in(cast, "manager"), f"/cases/{case.reference}/meetings/new/"
        typed = {
            "form_token": str(new_key()), "scheduled_for_day": "16", "scheduled_for_month": "4",
            "scheduled_for_year": "2026", "scheduled_for_time": "10am", "place": "Room 2", "purpose": "A plan",
            "chair": str(cast.manager.pk), "child_invited": "yes", "parent_invited": "yes",
            "people-TOTAL_FORMS": "0", "people-INITIAL_FORMS": "0",
        }  # fmt: skip
        assert "Say why it is late" in manager.post(url, typed).content.decode()
        paused(case, cast.manager)
        assert "Its clock is paused since 1 April 2026" in manager.get(url).content.decode()
        assert manager.post(url, typed).status_code == 302
        assert MaseMeeting.objects.get(case=case).late_reason == ""


def test_a_reason_for_a_day_that_did_not_come_is_not_kept(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        case = make_case(cast, category=RiskCategory.HIGH)
        meeting = make_meeting(cast, case, days=14, late_reason="CAPACITY")
        assert booked(meeting, ClockStep.HELD).late_reason
        ending.start(meeting=meeting, by=cast.manager)
        held = MaseMeeting.objects.select_related("case__child", "case__lead_professional").get(pk=meeting.pk)
        assert held.late_reason == ""
        assert not any(each.startswith("Why late") for each in notes_of(booked(held, ClockStep.HELD)))
        assert "Held late because" not in dict(facts(held))
        held.late_reason = "CAPACITY"  # as meetings have it that were held before
        held.save()
        assert "Held late because" not in dict(facts(held))
        assert not any(each.startswith("Why late") for each in notes_of(booked(held, ClockStep.HELD)))
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=1)):
        other = make_case(cast, category=RiskCategory.HIGH)
        late = make_meeting(cast, other, days=14, late_reason="CAPACITY")
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=15)):
        assert ending.start(meeting=late, by=cast.manager).late_reason == "CAPACITY"
        assert "Held late because" in dict(facts(MaseMeeting.objects.get(pk=late.pk)))


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


@time_machine.travel(BEFORE_EASTER)
def test_a_review_on_a_weekend_says_so(cast: Cast) -> None:
    meeting = write_all(cast, start_meeting(cast, make_case(cast, category=RiskCategory.HIGH)))
    manager, url = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/parts/review/{meeting.pk}/"
    shown = manager.get(f"/meetings/{meeting.pk}/").content.decode()
    name = re.search(r'name="(review-[0-9a-f]+)-review_on_day"', shown)
    assert name is not None
    day = {"review_on_day": "11", "review_on_month": "4", "review_on_year": "2026"}
    typed = {f"{name[1]}-{field}": value for field, value in day.items()}
    page = manager.post(url, typed, headers={"HX-Request": "true"}).content.decode()
    assert "That is a Saturday. The next working day is 13 April 2026." in page
    page = manager.post(url, typed, follow=True).content.decode()
    assert "Saved. That is a Saturday. The next working day is 13 April 2026." in page


def test_a_cancelled_meeting_has_no_clock(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    MaseMeeting.objects.filter(pk=meeting.pk).update(
        state="cancelled", cancelled_at=timezone.now(), cancelled_by=cast.manager, cancelled_reason="x"
    )
    assert clocks_of(MaseMeeting.objects.get(pk=meeting.pk)) == []


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


def test_a_pause_of_a_booked_meeting_moves_the_day_it_keeps(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        case = make_case(cast, category=RiskCategory.HIGH)
        meeting = make_meeting(cast, case, days=8)
        paused(case, cast.manager, meeting=meeting)
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=1)):
        resumed(case, cast.manager, meeting=meeting)
        meeting.refresh_from_db()
        assert meeting.due_on == dt.date(2026, 4, 13)
        assert booked(meeting, ClockStep.HELD).due_on == dt.date(2026, 4, 13)


def test_a_review_is_paused_where_the_next_meeting_is_from_the_page_of_the_last(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    ended = MaseMeeting.objects.get(pk=end_meeting(cast, case).pk)
    manager, page = signed_in(cast, "manager"), f"/meetings/{ended.pk}/"
    address = f"/cases/{case.reference}/meetings/clocks/held/"
    assert f'href="{address}"' in manager.get(page).content.decode()
    today = timezone.localdate()
    given = {"reason": "COURT", "day_day": today.day, "day_month": today.month, "day_year": today.year}
    assert manager.post(address, given).status_code == 302
    review = booked(ended, ClockStep.REVIEW)
    assert (review.state, review.may_resume) == (ClockState.PAUSED, False)
    shown = manager.get(page).content.decode()
    assert "A court hearing" in shown
    assert "Let it run again" in shown
    with time_machine.travel(timezone.now() + dt.timedelta(days=14)):
        case.refresh_from_db()
        resumed(case, cast.manager)
        moved = booked(ended, ClockStep.REVIEW)
        assert (moved.state, moved.due_on) == (
            ClockState.RUNNING,
            put_off(ended.review_on, working_days_in(today, timezone.localdate())),
        )


def test_the_review_on_the_last_meetings_page_follows_a_category_that_rises(cast: Cast) -> None:
    """Its day is that of the case, and once it is booked that of the meeting that holds it."""
    with time_machine.travel(BEFORE_EASTER):
        case = make_case(cast, category=RiskCategory.MEDIUM)
        meeting = write_all(cast, start_meeting(cast, case), category=RiskCategory.MEDIUM)
        ended = ending.end(meeting=meeting, by=cast.manager)
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=1)):
        assert booked(ended, ClockStep.REVIEW).due_on == ended.review_on
        confirm_higher(cast, Case.objects.get(pk=case.pk))
        sooner = unbooked(case).due_on
        assert sooner < ended.review_on
        assert booked(ended, ClockStep.REVIEW).due_on == sooner
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=35)):
        assert booked(ended, ClockStep.REVIEW).state == ClockState.LATE
        ahead = make_meeting(cast, Case.objects.get(pk=case.pk), late_reason="AGENCY_UNAVAILABLE")
        assert booked(ended, ClockStep.REVIEW).due_on == ahead.due_on == sooner


def test_why_a_review_is_late_is_said_where_d2_and_the_review_read_it(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        case = make_case(cast, category=RiskCategory.HIGH)
        ended = end_meeting(cast, case)
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=50)):
        review = booked(ended, ClockStep.REVIEW)
        assert (review.state, review.may_explain) == (ClockState.LATE, False)
        with pytest.raises(ChangedMeanwhile):
            clocks.explain(case=case, meeting=ended, step=ClockStep.REVIEW, reason="COURT", by=cast.manager)
        manager, page = signed_in(cast, "manager"), f"/meetings/{ended.pk}/"
        address = f"/cases/{case.reference}/meetings/clocks/held/"
        assert f'href="{address}"' in manager.get(page).content.decode()
        assert manager.post(address, {"reason": "CHILD_MISSING"}).status_code == 302
        assert booked(ended, ClockStep.REVIEW).state == ClockState.EXPLAINED
        case = Case.objects.get(pk=case.pk)
        held = start_meeting(cast, case, late_reason="AGENCY_UNAVAILABLE")
        assert reasons_held_late([held]) == {held.pk: "CHILD_MISSING"}
        assert booked(ended, ClockStep.REVIEW).late_reason == booked(held, ClockStep.HELD).late_reason != ""


def test_why_a_review_was_late_is_asked_of_the_meeting_that_held_it_and_stands_in_its_minutes(
    cast: Cast,
) -> None:
    with time_machine.travel(BEFORE_EASTER):
        case = make_case(cast, category=RiskCategory.HIGH)
        ended = end_meeting(cast, case)
        held = make_meeting(cast, Case.objects.get(pk=case.pk), days=3)
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=50)):
        held = ending.start(meeting=held, by=cast.manager)
        held = ending.end(meeting=write_all(cast, held), by=cast.manager)
        manager, address = signed_in(cast, "manager"), f"/meetings/{held.pk}/clocks/held/"
        assert f'href="{address}"' in manager.get(f"/meetings/{ended.pk}/").content.decode()
        assert "Held late because" not in dict(facts(MaseMeeting.objects.get(pk=held.pk)))
        assert manager.post(address, {"reason": "CHILD_MISSING"}).status_code == 302
        assert booked(ended, ClockStep.REVIEW).state == ClockState.EXPLAINED
    why = dict(facts(MaseMeeting.objects.get(pk=held.pk)))["Held late because"]
    assert why.startswith(label("late-reason", "CHILD_MISSING"))


def test_what_is_late_is_not_paused_and_a_reason_is_given_once(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        case = make_case(cast, category=RiskCategory.HIGH)
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=20)):
        assert unbooked(case).state == ClockState.LATE
        with pytest.raises(ChangedMeanwhile):
            paused(case, cast.manager, starts_on=BEFORE_EASTER.date())
        about: dict[str, Any] = {"case": case, "meeting": None, "step": ClockStep.HELD, "by": cast.manager}
        clocks.explain(**about, reason="CAPACITY")
        late = unbooked(case)
        assert (late.state, late.late_reason) == (ClockState.EXPLAINED, "Not enough staff")
        with pytest.raises(ChangedMeanwhile):
            clocks.explain(**about, reason="OTHER")


def test_a_pause_lies_within_the_clock_and_no_two_overlap(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    today = timezone.localdate()
    for day in (today - dt.timedelta(days=3000), today + dt.timedelta(days=1)):
        with pytest.raises(PauseOutsideClock):
            paused(case, cast.manager, starts_on=day)
    paused(case, cast.manager)
    with pytest.raises(ChangedMeanwhile):
        paused(case, cast.manager)
    resumed(case, cast.manager)
    assert unbooked(case).due_on == add_working_days(case.opened_at, 5)


def test_only_those_who_work_on_the_case_pause(cast: Cast) -> None:
    case = make_case(cast)
    meeting = make_meeting(cast, case, agencies=[cast.agency("health")])
    with pytest.raises(NotPermitted):
        paused(case, cast.health, meeting=meeting)
    with pytest.raises(NotVisible):
        paused(case, cast.outsider, meeting=meeting)


def test_the_pages_show_the_clocks_and_take_a_pause(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    manager, tab = signed_in(cast, "manager"), f"/cases/{case.reference}/meetings/"
    to_book = manager.get("/meetings/to-book/").content.decode()
    assert "Hold the initial MASE, category 3" in to_book
    html = manager.get(tab).content.decode()
    assert "5 working days from the threshold decision" in html
    address = f"{tab}clocks/held/"
    assert address in html
    today = timezone.localdate()
    given = {"reason": "COURT", "day_day": today.day, "day_month": today.month, "day_year": today.year}
    assert manager.post(address, {**given, "day_year": 2001}).status_code == 200
    assert manager.post(address, given).status_code == 302
    assert "A court hearing" in manager.get(tab).content.decode()
    assert "Let it run again" in manager.get(address).content.decode()
    assert signed_in(cast, "outsider").get(address).status_code == 404
    assert manager.get(f"{tab}clocks/minutes/").status_code == 404
    meeting = make_meeting(cast, case, agencies=[cast.agency("health")])
    assert manager.get(address).url == f"/meetings/{meeting.pk}/clocks/held/"
    page = f"/meetings/{meeting.pk}/"
    assert "Agency reports in before the meeting" in signed_in(cast, "health").get(page).content.decode()
    assert signed_in(cast, "health").get(f"{page}clocks/held/").status_code == 403
    assert manager.get(f"{page}clocks/held/").status_code == 200


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
        assert initials_of(case.episodes.all())[0].due_on == dt.date(2026, 4, 22)
        address = f"/meetings/{meeting.pk}/clocks/held/"
        assert "Let it run again" not in signed_in(cast, "manager").get(address).content.decode()
        with pytest.raises(ChangedMeanwhile):
            resumed(case, cast.manager, meeting=meeting)


def test_a_pause_ends_with_what_it_was_for_and_agreed_minutes_are_left_alone(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    meeting = end_meeting(cast, case)
    paused(case, cast.manager, meeting=meeting, step=ClockStep.MINUTES)
    with time_machine.travel(timezone.now() + dt.timedelta(days=21)):
        circulated(cast, meeting)
        sent = booked(meeting, ClockStep.MINUTES)
        assert (sent.state, sent.paused) == (ClockState.IN_TIME, None)
        # One that was noted otherwise is no trap either.
        ClockPause.objects.create(
            case=case, meeting=meeting, step=ClockStep.MINUTES, reason="COURT", starts_on=timezone.localdate(),
            paused_by=cast.manager,
        )  # fmt: skip
        with pytest.raises(ChangedMeanwhile):
            resumed(case, cast.manager, meeting=meeting, step=ClockStep.MINUTES)
        agreed(cast, meeting)
        assert not ClockPause.objects.filter(meeting=meeting, ends_on=None).exists()
        manager, address = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/clocks/minutes/"
        today = timezone.localdate()
        given = {"day_day": today.day, "day_month": today.month, "day_year": today.year}
        answer = manager.post(address, given)
        assert answer.status_code == 200
        assert "Let it run again" not in answer.content.decode()


def test_after_five_minutes_and_objections_count_from_the_next_working_day(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER.replace(hour=17, minute=30)):
        meeting = end_meeting(cast, make_case(cast, category=RiskCategory.HIGH))
        # Counted from Thursday 2 April: 7, 8, 9, 10 and 13 April.
        assert meeting.minutes.due_on == dt.date(2026, 4, 13)
        assert booked(meeting, ClockStep.ACTIONS).due_on == dt.date(2026, 4, 7)
        assert circulated(cast, meeting).objections_until == dt.date(2026, 4, 13)
    with time_machine.travel(BEFORE_EASTER.replace(hour=16)):
        meeting = end_meeting(cast, make_case(cast, category=RiskCategory.HIGH))
        assert meeting.minutes.due_on == dt.date(2026, 4, 10)
        assert circulated(cast, meeting).objections_until == dt.date(2026, 4, 10)


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
        assert (clock.due_on, clock.rule, line(clock).rule) == (dt.date(2026, 4, 15), said, f"{said}.")
        assert due_date(case, kind_of_next(case)) == (dt.date(2026, 4, 15), said)
        ended = MaseMeeting.objects.get(pk=meeting.pk)
        assert booked(ended, ClockStep.REVIEW).rule == said
        page = signed_in(cast, "manager").get(f"/cases/{case.reference}/meetings/").content.decode()
        assert "15 April 2026, set by the meeting of 1 April 2026" in page
        review = make_meeting(cast, case, days=7)
        assert review.due_rule == said
        assert booked(review, ClockStep.HELD).rule == said


def test_a_review_on_the_last_day_its_category_allows_names_the_rule(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        end_meeting(cast, case := make_case(cast, category=RiskCategory.HIGH))
        case = Case.objects.get(pk=case.pk)
        assert unbooked(case).rule == "28 days from the last meeting"
        review = make_meeting(cast, case, days=7)
        assert review.due_rule.startswith("Hold the next review, category 3: 28 days")
        assert booked(review, ClockStep.HELD).rule == "28 days from the last meeting"


def test_a_meeting_names_the_rule_that_made_its_day_though_the_category_has_risen(cast: Cast) -> None:
    with time_machine.travel(BEFORE_EASTER):
        meeting = make_meeting(cast, case := make_case(cast, category=RiskCategory.MEDIUM), days=9)
    with time_machine.travel(BEFORE_EASTER + dt.timedelta(days=14)):
        confirm_higher(cast, case)
        clock = booked(meeting, ClockStep.HELD)
        assert (clock.due_on, clock.rule) == (
            dt.date(2026, 4, 17), "10 working days from the threshold decision",
        )  # fmt: skip
