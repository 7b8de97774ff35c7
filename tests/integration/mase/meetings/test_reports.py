"""Agencies' reports before a meeting: drafts that stay with their agency, sent, taken back, chased and asked for."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.reference.working_days import LONDON
from mase.clocks import services as clocks
from mase.clocks.models import ClockState, ClockStep
from mase.clocks.selectors.clocks import clocks_of
from mase.meetings.choices import Audience
from mase.meetings.errors import ChangedMeanwhile, DraftTooLate, MeetingAlreadyStarted, MeetingNotStarted
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import AgencyInformation
from mase.meetings.selectors.record import record_for, record_of, with_restricted
from mase.meetings.selectors.reports import ReportState, agency_reports
from mase.meetings.selectors.suggestions import suggestions
from mase.meetings.services import attendance, ending, reports, scheduling, sections
from mase.meetings.services.reports import Report
from mase.meetings.services.sections import Edit
from mase.minutes.models import AgreedRecord
from mase.minutes.presenters.minutes import document
from mase.minutes.presenters.minutes import told as told_by
from mase.minutes.selectors.minutes import draft_record
from mase.plans.choices import PlanP
from mase.plans.models.plan import PlanAction
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import make_meeting, write_all
from tests.factories.minutes import agreed

pytestmark = pytest.mark.django_db
DRAFT = "She told the nurse about a silver car."
FULL = Report(DRAFT, "She is not sleeping.", "Her aunt rings.", "Meet her at the gate\n- Ring the school\n\n")
# Friday 4 December 2026; a meeting on Monday 14 is 6 working days away.
MORNING = dt.datetime(2026, 12, 4, 9, 0, tzinfo=LONDON)
MONDAY = dt.datetime(2026, 12, 14, 10, 0, tzinfo=LONDON)


def of(meeting: Meeting, cast: Cast, code: str = "health") -> AgencyInformation:
    rows = AgencyInformation.objects.select_related("meeting__case", "agency")
    return rows.get(meeting=meeting, agency=cast.agency(code), at_table=False)


def drafted(meeting: Meeting, cast: Cast, report: Report = FULL) -> AgencyInformation:
    row = of(meeting, cast)
    return reports.save(information=row, report=report, edit=Edit(row.version), by=cast.health)


def sent(meeting: Meeting, cast: Cast) -> AgencyInformation:
    drafted(meeting, cast)
    return reports.send(information=of(meeting, cast), by=cast.health)


def read_by(user: User, meeting: Meeting) -> list[str]:
    return [each.text for each in record_for(user, meeting).information if each.text]


def state(meeting: Meeting, cast: Cast, code: str = "health") -> ReportState:
    return next(each.state for each in agency_reports(meeting) if each.agency == cast.agency(code))


def told(user: User) -> int:
    return Notification.objects.filter(user=user, text=reports.WAITS).count()


# ------------------------------------------------------------------------------------------ a draft, and sending it
def test_a_draft_is_on_no_page_of_anybody_else(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    drafted(meeting, cast)
    for name in ("manager", "practitioner", "police"):
        html = signed_in(cast, name).get(f"/meetings/{meeting.pk}/").content.decode()
        assert "silver car" not in html, name
        assert "Still writing" in html, name
        with acting_for(cast.people[name]):
            shown = AgencyInformation.objects.filter(meeting=meeting).values_list("text", flat=True)
            assert DRAFT not in shown, "PostgreSQL says the same"
    assert "silver car" in signed_in(cast, "health").get(f"/meetings/{meeting.pk}/report/").content.decode()
    overview = signed_in(cast, "manager").get(f"/meetings/{meeting.pk}/reports/").content.decode()
    assert "Being written" in overview
    assert "silver car" not in overview
    ending.start(meeting=meeting, by=cast.manager)
    assert "silver car" not in signed_in(cast, "manager").get(f"/meetings/{meeting.pk}/").content.decode()


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
    # Anyone who comes with a draft can still send it.
    reports.send(information=row, by=cast.health)
    assert DRAFT in read_by(cast.manager, Meeting.objects.get(pk=meeting.pk))


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
    assert DRAFT in read_by(cast.manager, Meeting.objects.get(pk=meeting.pk))
    assert signed_in(cast, "manager").get(part).status_code == 302
    assert AgencyInformation.objects.get(pk=row.pk).submitted_by == cast.health


def test_a_report_that_comes_too_late_stays_on_its_page(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    sent(meeting, cast)  # by a colleague, from another window
    typed = {"text": "Typed meanwhile", "worries": "Her sleep", "version": "1", "send": "1"}
    page = signed_in(cast, "health").post(f"/meetings/{meeting.pk}/report/", typed).content.decode()
    for words in ("Typed meanwhile", "Her sleep", "Copy what is still needed"):
        assert words in page


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
    for name in ("health", "practitioner"):
        assert signed_in(cast, name).get(url).status_code == 403


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


# ------------------------------------------------------------------------------------------ late, chased, asked for
def booked(cast: Cast, **about: Any) -> Meeting:
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


SAID = "The deputy says that she was seen on Monday."


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return make_case(shared_cast)


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast, case: Case) -> Meeting:
    """The nurse began a report and is ill; the meeting has started without her."""
    cast = shared_cast
    booked = make_meeting(cast, case)
    row = booked.information.get(agency=cast.agency("health"))
    reports.save(information=row, report=Report(text=DRAFT), edit=Edit(row.version), by=cast.health)
    return ending.start(meeting=booked, by=cast.manager)


def box(cast: Cast, meeting: Meeting) -> AgencyInformation:
    rows = AgencyInformation.objects.select_related("meeting__case", "agency")
    return rows.get(meeting=meeting, agency=cast.agency("health"), at_table=True)


def draft(cast: Cast, meeting: Meeting) -> AgencyInformation:
    rows = AgencyInformation.objects.select_related("meeting__case", "agency")
    return rows.get(meeting=meeting, agency=cast.agency("health"), at_table=False)


def leads_in_interview(meeting: Meeting) -> dict[str, str]:
    return dict(document(draft_record(meeting, Audience.FULL)).information)


def over(cast: Cast, meeting: Meeting) -> Meeting:
    return ending.end(meeting=write_all(cast, meeting), by=cast.manager)


def test_the_chair_has_an_empty_box_for_it_and_never_the_draft(cast: Cast, meeting: Meeting) -> None:
    health = cast.agency("health").name
    client, url = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/"
    page = client.get(url).content.decode()
    assert f"What {health} says at the table" in page
    assert "silver car" not in page
    assert f"{url}parts/information/{box(cast, meeting).pk}/" in page
    sections.save_information(information=box(cast, meeting), text=SAID, edit=Edit(1), by=cast.manager)
    assert SAID in client.get(url).content.decode()
    assert draft(cast, meeting).text == DRAFT


def test_what_was_said_is_in_the_minutes_and_the_draft_is_not_nor_under_their_fingerprint(
    cast: Cast, meeting: Meeting
) -> None:
    sections.save_information(information=box(cast, meeting), text=SAID, edit=Edit(1), by=cast.manager)
    ended = over(cast, meeting)
    assert leads_in_interview(ended)[f"{cast.agency('health').name}, at the table"] == SAID
    content = AgreedRecord.objects.get(minutes=agreed(cast, ended)).content
    assert SAID in content
    assert "silver car" not in content


def test_a_report_sent_during_the_meeting_stands_beside_what_was_said(cast: Cast, meeting: Meeting) -> None:
    reports.send(information=draft(cast, meeting), by=cast.health)
    ended = over(cast, meeting)
    health = cast.agency("health").name
    assert leads_in_interview(ended)[health] == DRAFT
    assert f"{health}, at the table" not in leads_in_interview(ended)
