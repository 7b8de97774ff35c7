"""Agencies' reports before a meeting: drafts that stay with their agency, sent, taken back, chased and asked for."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cases.choices import RiskCategory
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.reference.working_days import LONDON
from mase.choices import ClockState, ClockStep, PlanP
from mase.errors import (
    ChangedMeanwhile,
    DraftTooLate,
    MeetingAlreadyStarted,
    MeetingNotStarted,
    ReportEmpty,
    SomeoneElseSaved,
)
from mase.models import AgencyInformation, MaseMeeting, PlanAction, ReportReminder
from mase.presenters.minutes import told as told_by
from mase.selectors.clocks import clocks_of
from mase.selectors.record import record_for, record_of, with_restricted
from mase.selectors.reports import ReportState, agency_reports
from mase.selectors.suggestions import suggestions
from mase.services import attendance, clocks, ending, reports, scheduling, sections
from mase.services.reports import Report
from mase.services.sections import Edit
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import details, end_meeting, make_meeting, start_meeting, write_all

pytestmark = pytest.mark.django_db
DRAFT = "She told the nurse about a silver car."
FULL = Report(DRAFT, "She is not sleeping.", "Her aunt rings.", "Meet her at the gate\n- Ring the school\n\n")
# Friday 4 December 2026; a meeting on Monday 14 is 6 working days away.
MORNING = dt.datetime(2026, 12, 4, 9, 0, tzinfo=LONDON)
MONDAY = dt.datetime(2026, 12, 14, 10, 0, tzinfo=LONDON)


def signed_in(cast: Cast, key: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, key))
    return client


def of(meeting: MaseMeeting, cast: Cast, code: str = "health") -> AgencyInformation:
    rows = AgencyInformation.objects.select_related("meeting__case", "agency")
    return rows.get(meeting=meeting, agency=cast.agency(code), at_table=False)


def drafted(meeting: MaseMeeting, cast: Cast, report: Report = FULL) -> AgencyInformation:
    row = of(meeting, cast)
    return reports.save(information=row, report=report, edit=Edit(row.version), by=cast.health)


def sent(meeting: MaseMeeting, cast: Cast) -> AgencyInformation:
    drafted(meeting, cast)
    return reports.send(information=of(meeting, cast), by=cast.health)


def read_by(user: User, meeting: MaseMeeting) -> list[str]:
    return [each.text for each in record_for(user, meeting).information if each.text]


def state(meeting: MaseMeeting, cast: Cast, code: str = "health") -> ReportState:
    return next(each.state for each in agency_reports(meeting) if each.agency == cast.agency(code))


def told(user: User) -> int:
    return Notification.objects.filter(user=user, text=reports.WAITS).count()


# ------------------------------------------------------------------------------------------ a draft, and sending it


def test_a_draft_is_read_by_its_agency_alone_until_it_is_sent(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    drafted(meeting, cast)
    assert read_by(cast.health, meeting) == [DRAFT]
    for other in (cast.manager, cast.practitioner, cast.police):
        assert read_by(other, meeting) == []
    reports.send(information=of(meeting, cast), by=cast.health)
    for other in (cast.manager, cast.practitioner, cast.police):
        assert read_by(other, meeting) == [DRAFT]


def test_postgresql_keeps_a_draft_from_everybody_else(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    drafted(meeting, cast)
    seen = {}
    for name in ("manager", "practitioner", "police", "health"):
        who = standing(getattr(cast, name))
        assert who is not None
        with acting.acting(who.actor):
            rows = AgencyInformation.objects.filter(meeting=meeting)
            seen[name] = DRAFT in rows.values_list("text", flat=True)
    assert seen == {"manager": False, "practitioner": False, "police": False, "health": True}


def test_a_draft_is_on_no_page_of_anybody_else(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    drafted(meeting, cast)
    for name in ("manager", "practitioner", "police"):
        html = signed_in(cast, name).get(f"/meetings/{meeting.pk}/").content.decode()
        assert "silver car" not in html, name
        assert "Still writing" in html, name
    assert "silver car" in signed_in(cast, "health").get(f"/meetings/{meeting.pk}/report/").content.decode()
    overview = signed_in(cast, "manager").get(f"/meetings/{meeting.pk}/reports/").content.decode()
    assert "Being written" in overview
    assert "silver car" not in overview
    ending.start(meeting=meeting, by=cast.manager)
    assert "silver car" not in signed_in(cast, "manager").get(f"/meetings/{meeting.pk}/").content.decode()


def test_an_unsent_draft_is_in_no_minutes(cast: Cast) -> None:
    meeting = end_meeting(cast, make_case(cast))
    row = of(meeting, cast)
    AgencyInformation.objects.filter(pk=row.pk).update(text=DRAFT, saved_at=timezone.now(), version=2)
    assert DRAFT not in [each.text for each in record_of(meeting, restricted=True).information]


def test_a_report_says_something_before_it_is_sent(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    drafted(meeting, cast, Report(worries="She is not sleeping."))
    with pytest.raises(ReportEmpty):
        reports.send(information=of(meeting, cast), by=cast.health)


def test_only_its_own_people_write_and_send_it(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    row = of(meeting, cast)
    for other in (cast.police, cast.manager):
        with pytest.raises(NotPermitted):
            reports.save(information=row, report=FULL, edit=Edit(1), by=other)
        with pytest.raises(NotPermitted):
            reports.send(information=row, by=other)
    with pytest.raises(NotVisible):
        reports.save(information=row, report=FULL, edit=Edit(1), by=cast.outsider)


def test_a_report_is_taken_back_until_the_meeting_starts(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    sent(meeting, cast)
    with pytest.raises(ChangedMeanwhile):
        drafted(meeting, cast, Report("Another text"))
    reports.take_back(information=of(meeting, cast), by=cast.health)
    assert read_by(cast.manager, meeting) == []
    sent(meeting, cast)
    ending.start(meeting=meeting, by=cast.manager)
    with pytest.raises(MeetingAlreadyStarted):
        reports.take_back(information=of(meeting, cast), by=cast.health)
    acts = AuditEvent.objects.filter(actor=cast.health).values_list("action", flat=True)
    assert {Action.REPORT_SENT, Action.REPORT_TAKEN_BACK} <= set(acts)


def test_the_chair_writes_what_is_said_at_the_table_and_never_into_a_draft(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    police = of(meeting, cast, "police")
    with pytest.raises(MeetingNotStarted):
        sections.save_information(information=police, text="Rang.", edit=Edit(1), by=cast.manager)
    drafted(meeting, cast)
    ending.start(meeting=meeting, by=cast.manager)
    sections.save_information(information=police, text="Rang.", edit=Edit(1), by=cast.manager)
    assert read_by(cast.practitioner, meeting) == ["Rang."]
    row = of(meeting, cast)
    with pytest.raises(NotVisible):
        sections.save_information(information=row, text="Over it", edit=Edit(row.version), by=cast.manager)
    # Whoever comes with a draft can still send it.
    reports.send(information=row, by=cast.health)
    assert DRAFT in read_by(cast.manager, MaseMeeting.objects.get(pk=meeting.pk))


def test_no_draft_is_begun_once_the_meeting_runs(cast: Cast) -> None:
    """It would take the agency's part off the page of the chair, who types there what is said at the table."""
    meeting = make_meeting(cast, make_case(cast))
    ending.start(meeting=meeting, by=cast.manager)
    with pytest.raises(DraftTooLate):
        drafted(meeting, cast)
    client, url = signed_in(cast, "health"), f"/meetings/{meeting.pk}/report/"
    typed = {"text": DRAFT, "worries": "", "working_well": "", "suggested": "", "version": "1"}
    by_itself = client.post(url, typed, headers={"HX-Request": "true"}).content.decode()
    assert "no draft is begun any more" in by_itself
    assert DRAFT in client.post(url, typed).content.decode()
    row, part = of(meeting, cast), f"/meetings/{meeting.pk}/parts/information/{of(meeting, cast).pk}/"
    assert signed_in(cast, "manager").get(part).status_code == 302
    # Sent in one step it is on everybody's page, and stays where the chair writes.
    assert client.post(url, {**typed, "send": "1"}).url == f"/meetings/{meeting.pk}/"
    assert DRAFT in read_by(cast.manager, MaseMeeting.objects.get(pk=meeting.pk))
    assert signed_in(cast, "manager").get(part).status_code == 302
    assert AgencyInformation.objects.get(pk=row.pk).submitted_by == cast.health


@pytest.mark.parametrize("what", ["the chair wrote", "a colleague sent", "the meeting ended"])
def test_a_report_that_comes_too_late_stays_on_its_page(cast: Cast, what: str) -> None:
    case = make_case(cast)
    meeting = end_meeting(cast, case) if what == "the meeting ended" else make_meeting(cast, case)
    if what == "a colleague sent":
        sent(meeting, cast)
    if what == "the chair wrote":
        ending.start(meeting=meeting, by=cast.manager)
        row = of(meeting, cast)
        sections.save_information(information=row, text="Rang.", edit=Edit(1), by=cast.manager)
    typed = {
        "text": "Typed meanwhile",
        "worries": "Her sleep",
        "working_well": "",
        "suggested": "",
        "version": "1",
    }
    page = signed_in(cast, "health").post(f"/meetings/{meeting.pk}/report/", {**typed, "send": "1"})
    for words in ("Typed meanwhile", "Her sleep", "Copy what is still needed"):
        assert words in page.content.decode(), what


def test_two_colleagues_lose_nothing(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    drafted(meeting, cast)
    with pytest.raises(SomeoneElseSaved):
        reports.save(information=of(meeting, cast), report=Report("Hers"), edit=Edit(1), by=cast.health)
    client, url = signed_in(cast, "health"), f"/meetings/{meeting.pk}/report/"
    page = client.post(url, {"text": "Typed meanwhile", "version": "1"})
    assert page.status_code == 409
    for words in ("Typed meanwhile", "silver car"):
        assert words in page.content.decode()


# ------------------------------------------------------------------------------------------ pages


def test_the_form_saves_by_itself_and_sends_with_its_button(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    client, url = signed_in(cast, "health"), f"/meetings/{meeting.pk}/report/"
    typed = {"text": DRAFT, "worries": "", "working_well": "", "suggested": "Meet her", "version": "1"}
    saved = client.post(url, typed, headers={"HX-Request": "true"}).content.decode()
    assert "Draft saved" in saved
    assert 'value="2" hx-swap-oob' in saved
    empty = client.post(url, {**typed, "text": "", "version": "2", "send": "1"})
    assert "Write what your agency knows" in empty.content.decode()
    assert client.post(url, {**typed, "version": "2", "send": "1"}).url == f"/meetings/{meeting.pk}/"
    assert "Take it back to change it" in client.get(url).content.decode()
    assert "silver car" in signed_in(cast, "manager").get(f"/meetings/{meeting.pk}/").content.decode()
    assert client.post(f"{url}take-back/").status_code == 302
    assert "silver car" not in signed_in(cast, "manager").get(f"/meetings/{meeting.pk}/").content.decode()
    for odd in ({}, {"text": "null\x00byte"}, {"text": "x" * 1_000_000}, {"version": "-1"}):
        assert client.post(url, odd).status_code in (200, 302, 409)


def test_suggested_actions_go_into_the_plan_with_one_press(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    row = sent(meeting, cast)
    assert [line for _, line in suggestions(row)] == ["Meet her at the gate", "Ring the school"]
    ending.start(meeting=meeting, by=cast.manager)
    client, page = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/"
    html = client.get(page).content.decode()
    assert "Take into the plan" in html
    assert "She is not sleeping." in html
    key = suggestions(row)[0][0]
    for _ in range(2):
        assert client.post(f"{page}suggestions/{key}/take/", {"p": "PREVENT"}).status_code == 302
    action = PlanAction.objects.get()
    assert (action.text, action.agency, action.p) == (
        "Meet her at the gate",
        cast.agency("health"),
        PlanP.PREVENT,
    )
    assert action.due_on > timezone.localdate()
    assert "In the plan" in client.get(page).content.decode()
    assert client.post(f"{page}suggestions/{meeting.pk}/take/").status_code == 404
    assert signed_in(cast, "health").post(f"{page}suggestions/{key}/take/").status_code == 403


def test_a_suggestion_is_completed_on_the_plan_and_no_word_of_it_is_cut(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    long = f"Meet her {'every day ' * 350}at the gate"
    report = Report("She is not sleeping.", suggested=long)
    row = reports.save_and_send(information=of(meeting, cast), report=report, edit=Edit(1), by=cast.health)
    ending.start(meeting=meeting, by=cast.manager)
    client, page = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/"
    client.post(f"{page}suggestions/{suggestions(row)[0][0]}/take/", {"p": "PREVENT"})
    action = PlanAction.objects.get()
    assert action.text == long
    url = f"{page}plan/{action.pk}/"
    assert "It does not say yet how we shall know that it is done." in client.get(page).content.decode()
    form = client.get(url).context["form"]
    typed = {name: form[name].value() for name in ("p", "text", "agency", "priority", "read_by", "version")}
    due = timezone.localdate() + dt.timedelta(days=5)
    typed |= {
        "due_on_day": due.day,
        "due_on_month": due.month,
        "due_on_year": due.year,
        "goal": "",
        "owner": "",
    }
    refused = client.post(url, typed).content.decode()
    assert "Say how we shall know that it is done" in refused
    assert long in refused
    typed |= {"measure_of_success": "She is in her lesson at nine.", "read_by": "apart"}
    assert client.post(url, typed).status_code == 302
    action.refresh_from_db()
    assert (action.measure_of_success, action.due_on, action.restricted) == (
        "She is in her lesson at nine.",
        due,
        True,
    )
    # Another window that was open before shows both texts.
    stale = client.post(url, typed | {"text": "Ring her"})
    assert stale.status_code == 409
    assert "She is in her lesson at nine." in stale.content.decode()
    overwrite = typed | {"text": "Ring her", "overwrite": str(action.version)}
    assert client.post(url, overwrite).status_code == 302
    for name in ("health", "practitioner"):
        assert signed_in(cast, name).get(url).status_code == 403
    meeting = write_all(cast, MaseMeeting.objects.get(pk=meeting.pk))
    assert "Some actions do not say" not in client.get(f"{page}end/").content.decode()
    ending.end(meeting=meeting, by=cast.manager)
    assert client.post(url, typed | {"overwrite": "3"}).status_code == 200
    action.refresh_from_db()
    assert action.text == "Ring her"


def test_a_suggestion_agreed_for_professionals_only_is_read_by_those_alone(cast: Cast) -> None:
    """It stood in the police report for the table; who comes in afterwards, and an open copy, reads it nowhere."""
    raid, gate = "Search the flat at number 12", "Meet her at the gate"
    meeting = make_meeting(cast, make_case(cast), agencies=[cast.agency("police")], people=[cast.health])
    row = drafted(meeting, cast, Report(text="Known.", suggested=f"- {raid}\n- {gate}", family_may_read=True))
    reports.send(information=row, by=cast.health)
    ending.start(meeting=meeting, by=cast.manager)
    client, page = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/"
    for (key, _), p in zip(suggestions(row), ("PURSUE", "PROTECT"), strict=True):
        client.post(f"{page}suggestions/{key}/take/", {"p": p})
    assert raid in client.get(page).content.decode()
    assert raid in signed_in(cast, "health").get(page).content.decode(), "its own words"
    attendance.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    shown = client.get(page).content.decode()
    assert (raid in shown, gate in shown) == (False, True)
    again = client.post(f"{page}suggestions/{suggestions(row)[0][0]}/take/", {"p": "PURSUE"})
    assert (again.status_code, meeting.actions.count()) == (302, 2), "pressed twice, it is there once"
    attendance.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
    open_copy = record_of(meeting, restricted=False)
    assert [raid in told_by(each) for each in open_copy.information if each.suggested] == [False]
    assert [gate in told_by(each) for each in open_copy.information if each.suggested] == [True]
    full = with_restricted(open_copy)
    assert [raid in told_by(each) for each in full.information if each.suggested] == [True]


def test_a_whole_agencys_people_who_do_not_contribute_see_no_form(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast), agencies=[cast.agency("health")])
    assert signed_in(cast, "manager").get(f"/meetings/{meeting.pk}/report/").status_code == 404
    assert signed_in(cast, "outsider").get(f"/meetings/{meeting.pk}/report/").status_code == 404
    assert signed_in(cast, "health").get(f"/meetings/{meeting.pk}/reports/").status_code == 403


# ------------------------------------------------------------------------------------------ late, chased, asked for


def booked(cast: Cast, **about: Any) -> MaseMeeting:
    """On Friday the fourth for Monday the fourteenth; health and the police are asked."""
    case = make_case(cast, category=RiskCategory.MEDIUM)
    return make_meeting(cast, case, scheduled_for=MONDAY, **about)


@time_machine.travel(MORNING, tick=False)
def test_reports_are_due_two_working_days_before(cast: Cast) -> None:
    meeting = booked(cast)
    reports_clock = next(each for each in clocks_of(meeting) if each.step == ClockStep.REPORTS)
    assert reports_clock.due_on == dt.date(2026, 12, 10)
    assert {each.due_on for each in agency_reports(meeting)} == {dt.date(2026, 12, 10)}
    with time_machine.travel(MORNING + dt.timedelta(days=6)):
        sent(meeting, cast)
        assert not any(each.late for each in agency_reports(meeting))
    with time_machine.travel(MORNING + dt.timedelta(days=7)):
        late = {each.agency.code: each.late for each in agency_reports(meeting)}
        assert (late["health"], late["police"]) == (False, True)
        assert (
            next(each for each in clocks_of(meeting) if each.step == ClockStep.REPORTS).state
            == ClockState.LATE
        )


@time_machine.travel(MORNING, tick=False)
def test_an_agency_asked_after_that_day_has_until_the_meeting(cast: Cast) -> None:
    meeting = booked(cast, agencies=[])
    with time_machine.travel(MORNING + dt.timedelta(days=7)):
        scheduling.ask(meeting, [scheduling.Asked(cast.agency("health"))], by=cast.manager)
        due = {each.agency.code: each.due_on for each in agency_reports(meeting)}
        assert due["health"] == MONDAY.date()


@time_machine.travel(MORNING, tick=False)
def test_a_pause_of_the_reports_moves_their_day(cast: Cast) -> None:
    meeting = booked(cast)
    about: dict[str, Any] = {
        "case": meeting.case, "meeting": meeting, "step": ClockStep.REPORTS, "by": cast.manager,
    }  # fmt: skip
    clocks.pause(**about, reason="POLICE_OPERATION", starts_on=MORNING.date())
    with time_machine.travel(MORNING + dt.timedelta(days=3)):
        clocks.resume(**about, ends_on=dt.date(2026, 12, 7))
        assert {each.due_on for each in agency_reports(meeting)} == {dt.date(2026, 12, 11)}


@time_machine.travel(MORNING, tick=False)
def test_agencies_are_chased_at_five_and_at_two_working_days_and_never_twice(cast: Cast) -> None:
    meeting = booked(cast)
    days = {}
    for day in range(11):
        with time_machine.travel(MORNING + dt.timedelta(days=day)):
            if day == 5:
                sent(meeting, cast)
            days[(MORNING + dt.timedelta(days=day)).date().day] = reports.chase() + reports.chase()
    # Monday 7: health, police and the lead's agency. Thursday 10: health has sent its report.
    assert {day: number for day, number in days.items() if number} == {7: 3, 10: 2}
    assert (told(cast.health), told(cast.police)) == (1, 2)
    assert told(cast.manager) == 0
    chased = AuditEvent.objects.filter(action=Action.REPORT_CHASED)
    assert {each.detail["clock"] for each in chased} == {"AGENCY_REPORT_CHASE_1", "AGENCY_REPORT_CHASE_2"}


@time_machine.travel(MORNING, tick=False)
def test_nobody_is_chased_while_the_reports_are_paused_and_afterwards_later(cast: Cast) -> None:
    meeting = booked(cast)
    about: dict[str, Any] = {
        "case": meeting.case, "meeting": meeting, "step": ClockStep.REPORTS, "by": cast.manager,
    }  # fmt: skip
    clocks.pause(**about, reason="POLICE_OPERATION", starts_on=MORNING.date())
    days = {}
    for day in range(10):
        with time_machine.travel(MORNING + dt.timedelta(days=day)):
            if day == 4:  # Tuesday 8: Friday and Monday did not count
                page = signed_in(cast, "manager").get(f"/meetings/{meeting.pk}/reports/").content.decode()
                assert "Reports are due by 14 December 2026" in page
                clocks.resume(**about, ends_on=dt.date(2026, 12, 8))
                page = signed_in(cast, "manager").get(f"/meetings/{meeting.pk}/reports/").content.decode()
                assert "Reports are due by 14 December 2026" in page
                own = signed_in(cast, "health").get(f"/meetings/{meeting.pk}/report/").content.decode()
                assert "Due by 14 December 2026" in own
            days[4 + day] = reports.chase()
    # Monday 7 and Thursday 10, put off by two working days; the second falls after the weekend, with the meeting.
    assert {day: number for day, number in days.items() if number} == {9: 3}


@time_machine.travel(MORNING, tick=False)
def test_a_day_that_was_missed_is_made_up_for_once(cast: Cast) -> None:
    booked(cast)
    with time_machine.travel(MORNING + dt.timedelta(days=7)):
        reports.chase()
    assert told(cast.police) == 1
    assert ReportReminder.objects.filter(agency=cast.agency("police")).count() == 2


@time_machine.travel(MORNING, tick=False)
def test_a_meeting_that_moves_is_chased_again(cast: Cast) -> None:
    meeting = booked(cast)
    with time_machine.travel(MORNING + dt.timedelta(days=3)):
        reports.chase()
        later = details(scheduled_for=MONDAY + dt.timedelta(days=4))
        scheduling.change(meeting=meeting, details=later, reason="Court", version=1, by=cast.manager)
    with time_machine.travel(MORNING + dt.timedelta(days=7)):
        reports.chase()
    assert told(cast.police) == 2


@time_machine.travel(MORNING, tick=False)
def test_who_is_shut_out_is_not_told(cast: Cast) -> None:
    meeting = booked(cast, agencies=[], people=[cast.health])
    meeting.invitations.filter(person=cast.health).update(gave_access=True)
    scheduling.grants.withdraw(meeting.case, by=cast.manager, reason="x", frm=cast.health)
    assert not gate.can(cast.health, Permission.MEETING_VIEW, meeting)
    with time_machine.travel(MORNING + dt.timedelta(days=3)):
        reports.chase()
    assert told(cast.health) == 0


@time_machine.travel(MORNING, tick=False)
def test_the_chair_asks_again_once_a_day(cast: Cast) -> None:
    meeting = booked(cast)
    reports.ask_again(meeting=meeting, agency=cast.agency("health"), by=cast.manager)
    with pytest.raises(ChangedMeanwhile):
        reports.ask_again(meeting=meeting, agency=cast.agency("health"), by=cast.manager)
    assert told(cast.health) == 1
    assert (
        Notification.objects.get(user=cast.health, text=reports.WAITS).url
        == f"/meetings/{meeting.pk}/report/"
    )
    with pytest.raises(NotPermitted):
        reports.ask_again(meeting=meeting, agency=cast.agency("police"), by=cast.health)
    with pytest.raises(NotVisible):
        reports.ask_again(meeting=meeting, agency=cast.agency("housing"), by=cast.manager)
    sent(meeting, cast)
    with time_machine.travel(MORNING + dt.timedelta(days=1)), pytest.raises(ChangedMeanwhile):
        reports.ask_again(meeting=meeting, agency=cast.agency("health"), by=cast.manager)
    client = signed_in(cast, "manager")
    page = client.get(f"/meetings/{meeting.pk}/reports/").content.decode()
    assert "Not begun" in page
    assert "Ask again" in page
    asked = f"/meetings/{meeting.pk}/reports/{cast.agency('police').pk}/ask/"
    assert client.post(asked).status_code == 302
    assert told(cast.police) == 1
    assert state(meeting, cast, "police") is ReportState.MISSING


def test_a_meeting_that_runs_asks_nobody(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    with pytest.raises(MeetingAlreadyStarted):
        reports.ask_again(meeting=meeting, agency=cast.agency("health"), by=cast.manager)
    assert reports.chase() == 0
