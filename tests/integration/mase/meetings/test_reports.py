"""What agencies bring to a meeting: sent, added to, taken into the plan, chased and asked for."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cases.record.choices import RiskCategory
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.reference.working_days import LONDON
from mase.clocks.selectors.clocks import report_due
from mase.meetings.choices import Audience
from mase.meetings.errors import ChangedMeanwhile, MeetingNotStarted
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import Contribution
from mase.meetings.selectors.presence import part_id
from mase.meetings.selectors.record import record_for, record_of
from mase.meetings.selectors.reports import owing
from mase.meetings.services import ending, reports, scheduling, sections
from mase.minutes.models import MinutesCopy
from mase.minutes.presenters.minutes import document
from mase.minutes.selectors.minutes import draft_record
from mase.plans.choices import PlanP
from mase.plans.models.plan import PlanAction
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import bring, colleague, make_meeting, read_meeting, write_all
from tests.factories.minutes import agreed

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CAR = "She told the nurse about a silver car."
FULL = {
    "new": CAR, "worry": "She is not sleeping.", "works": "Her aunt rings.",
    "PROTECT": "Meet her at the gate\n- Ring the school\n\n",
}  # fmt: skip
# Friday 4 December 2026; a meeting on Monday 14 is 6 working days away.
MORNING = dt.datetime(2026, 12, 4, 9, 0, tzinfo=LONDON)
MONDAY = dt.datetime(2026, 12, 14, 10, 0, tzinfo=LONDON)


def sent(meeting: Meeting, cast: Cast, **texts: str) -> dict[str, Contribution]:
    return bring(meeting, cast.agency("health"), cast.health, **(texts or FULL))


def read_by(user: User, meeting: Meeting) -> list[str]:
    return [each.text for each in record_for(user, meeting).contributions]


def told(user: User) -> int:
    return Notification.objects.filter(user=user, text=reports.WAITS).count()


def typed_in(client: Client, meeting: Meeting, **texts: str) -> dict[str, str]:
    """The form as this person has it before them, with what they type."""
    form = client.get(f"/meetings/{meeting.pk}/report/").context["form"]
    there = {name: form[name].value() or "" for name in form.fields if not name.endswith("_family")}
    return {**there, **texts}


# ------------------------------------------------------------------------------------------ written and sent
def test_only_its_own_people_and_who_takes_notes_write_for_an_agency(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    police = cast.agency("police")
    with pytest.raises(NotVisible):
        bring(meeting, police, cast.outsider, new="No")
    with pytest.raises(NotPermitted):
        bring(meeting, police, cast.health, new="No")
    with pytest.raises(MeetingNotStarted):
        bring(meeting, police, cast.manager, new="Rang.")
    with pytest.raises(NotVisible):
        bring(meeting, cast.agency("cse-team"), cast.manager, new="The chair brings no report.")
    ending.start(meeting=meeting, by=cast.manager)
    bring(meeting, police, cast.manager, new="Rang.")
    with pytest.raises(NotPermitted):
        bring(meeting, police, cast.manager, PURSUE="What they suggest is theirs.")
    assert read_by(cast.practitioner, meeting) == ["Rang."]
    assert AuditEvent.objects.get(action=Action.REPORT_SENT).detail["boxes"] == ["new"]


def test_a_report_is_sent_added_to_and_sent_again_until_the_meeting_ends(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    client, url = signed_in(cast, "health"), f"/meetings/{meeting.pk}/report/"
    assert "Write what your agency knows" in client.post(url, typed_in(client, meeting)).content.decode()
    with time_machine.travel(timezone.now() - dt.timedelta(hours=2), tick=False):
        assert client.post(url, typed_in(client, meeting, new=CAR)).url == url
    assert CAR in read_meeting(signed_in(cast, "manager"), meeting, "stage=new")
    again = typed_in(client, meeting, worry="She is not sleeping.")
    for _ in range(2):
        assert client.post(url, again).status_code == 302, "pressed twice, it is there once"
    ending.start(meeting=meeting, by=cast.manager)
    assert client.post(url, typed_in(client, meeting, works="Her aunt rings.")).status_code == 302
    page = read_meeting(signed_in(cast, "practitioner"), meeting, "stage=new")
    assert page.count("Added ") == 2, "who reads sees when each was added"
    rows = {each.kind: (each.text, each.version) for each in meeting.contributions.all()}
    assert rows == {"new": (CAR, 1), "worry": ("She is not sleeping.", 1), "works": ("Her aunt rings.", 1)}
    before = typed_in(client, meeting, new="Too late")
    over(cast, meeting)
    late = client.post(url, {**before, "draft": f"report:{meeting.pk}"})
    assert "kept for you under Your drafts" in late.content.decode()
    assert "Too late" in late.content.decode()
    for odd in ({}, {"new": "null\x00byte"}, {"new": "x" * 1_000_000}, {"was": "[" * 5000}):
        assert client.post(url, odd).status_code in (200, 302, 409)


def test_two_people_and_two_tabs_lose_nothing_and_nobody_conflicts_with_themselves(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast), agencies=[cast.agency("health")])
    other = colleague(cast.agency("health"), "Joan Otieno")
    hers, url = signed_in(cast, "health"), f"/meetings/{meeting.pk}/report/"
    joans = Client()
    joans.force_login(other, backend=BACKEND)
    first, second = typed_in(hers, meeting, new=CAR), typed_in(joans, meeting, worry="Her sleep.")
    assert (hers.post(url, first).status_code, joans.post(url, second).status_code) == (302, 302)
    assert sorted(read_by(cast.manager, meeting)) == ["Her sleep.", CAR]
    both = {who: typed_in(client, meeting, new=f"{who} adds.") for who, client in (("H", hers), ("J", joans))}
    hers.post(url, both["H"])
    answer = joans.post(url, both["J"])
    page = answer.content.decode()
    assert (answer.status_code, "Hannah Okafor put “H adds.” here" in page) == (409, True)
    assert "J adds." in page
    again = {**both["J"], "was": answer.context["form"].data["was"]}
    assert joans.post(url, again).status_code == 302, "having read both she puts hers in its place"
    tabs = [typed_in(joans, meeting, new=text) for text in ("One tab.", "The other tab.")]
    assert joans.post(url, tabs[0]).status_code == 302
    assert "You put “One tab.” here" in joans.post(url, tabs[1]).content.decode()


def test_suggested_actions_go_into_the_plan_with_one_press_on_their_p(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    row = sent(meeting, cast)["PROTECT"]
    assert [line for _, line in row.suggestions] == ["Meet her at the gate", "Ring the school"]
    ending.start(meeting=meeting, by=cast.manager)
    client, page = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/"
    html = client.get(f"{page}?stage=new").content.decode()
    assert "Take into plan" in html
    assert "She is not sleeping." in html
    key = row.suggestions[0][0]
    for _ in range(2):
        assert client.post(f"{page}suggestions/{key}/take/").status_code == 302
    action = PlanAction.objects.get()
    assert (action.text, action.agency, action.p) == (
        "Meet her at the gate",
        cast.agency("health"),
        PlanP.PROTECT,
    )
    assert action.due_on > timezone.localdate()
    assert "In the plan" in client.get(f"{page}?stage=new").content.decode()
    assert client.post(f"{page}suggestions/{meeting.pk}/take/").status_code == 404
    assert signed_in(cast, "health").post(f"{page}suggestions/{key}/take/").status_code == 403


def test_a_suggestion_is_completed_on_the_plan_and_no_word_of_it_is_cut(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    long = f"Meet her {'every day ' * 350}at the gate"
    row = sent(meeting, cast, new="She is not sleeping.", PREVENT=long)["PREVENT"]
    ending.start(meeting=meeting, by=cast.manager)
    client, page = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/"
    client.post(f"{page}suggestions/{row.suggestions[0][0]}/take/")
    action = PlanAction.objects.get()
    assert action.text == long
    assert long in client.get(f"{page}?stage=decide").content.decode()
    due = timezone.localdate() + dt.timedelta(days=5)
    typed = {
        "p": "PREVENT", "text": long, "who": f"{action.agency_id}:", "due_on": due.isoformat(), "locked": "on",
        "measure_of_success": "She is in her lesson at nine.", "priority": action.priority, "version": "1",
    }  # fmt: skip
    prefix, url = part_id("row", action.pk), f"{page}parts/row/{action.pk}/"
    typed = {f"{prefix}-{name}": value for name, value in typed.items()}
    assert signed_in(cast, "health").post(url, typed).status_code == 403
    assert client.post(url, typed).status_code == 302
    action.refresh_from_db()
    assert (action.text, action.measure_of_success) == (long, "She is in her lesson at nine.")
    assert (action.due_on, action.restricted) == (due, True)


def test_a_suggestion_agreed_for_professionals_only_is_read_by_those_alone(cast: Cast) -> None:
    """It stood in the police report for the table; who comes in afterwards, and an open copy, reads it nowhere."""
    raid, gate = "Search the flat at number 12", "Meet her at the gate"
    meeting = make_meeting(cast, make_case(cast), agencies=[cast.agency("police")], people=[cast.health])
    rows = bring(
        meeting,
        cast.agency("health"),
        cast.health,
        family=True,
        new="Known.",
        PURSUE=f"- {raid}",
        PROTECT=gate,
    )
    ending.start(meeting=meeting, by=cast.manager)
    client, page = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/"
    keys = {kind: rows[kind].suggestions[0][0] for kind in ("PURSUE", "PROTECT")}
    for key in keys.values():
        client.post(f"{page}suggestions/{key}/take/")
    assert raid in client.get(page).content.decode()
    assert raid in signed_in(cast, "health").get(page).content.decode(), "its own words"
    sections.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    shown = client.get(page).content.decode()
    assert (raid in shown, gate in shown) == (False, True)
    again = client.post(f"{page}suggestions/{keys['PURSUE']}/take/")
    assert (again.status_code, meeting.actions.count()) == (302, 2), "pressed twice, it is there once"
    sections.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
    open_copy = record_of(meeting, restricted=False)
    assert [each.text for each in open_copy.contributions] == ["Known.", gate]
    assert [each.text for each in record_of(meeting, restricted=True).contributions] == [
        "Known.",
        gate,
        f"- {raid}",
    ]


# ------------------------------------------------------------------------------------------ late, chased, asked for
def booked(cast: Cast, **about: Any) -> Meeting:
    """On Friday the fourth for Monday the fourteenth; health and the police are asked."""
    case = make_case(cast, category=RiskCategory.MEDIUM)
    return make_meeting(cast, case, scheduled_for=MONDAY, **about)


@time_machine.travel(MORNING, tick=False)
def test_reports_are_due_two_working_days_before(cast: Cast) -> None:
    meeting = booked(cast)
    assert report_due(meeting) == dt.date(2026, 12, 10)


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
    page = client.get(f"/meetings/{meeting.pk}/?stage=new").content.decode()
    assert "No report" in page
    assert "Ask again" in page
    asked = f"/meetings/{meeting.pk}/reports/{cast.agency('police').pk}/ask/"
    assert client.post(asked).status_code == 302
    assert told(cast.police) == 1
    assert cast.agency("police") in owing(meeting)
    assert cast.agency("health") not in owing(meeting)


def over(cast: Cast, meeting: Meeting) -> Meeting:
    return ending.end(meeting=write_all(cast, meeting), by=cast.manager)


def test_what_was_sent_and_said_is_in_the_minutes_and_under_their_fingerprint(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    sent(meeting, cast, new=CAR, apart="Her cousin was there.")
    ending.start(meeting=meeting, by=cast.manager)
    bring(meeting, cast.agency("police"), cast.manager, worry="The deputy fears for her.")
    ended = over(cast, meeting)
    told = {each["agency"]: each["boxes"] for each in document(draft_record(ended, Audience.FULL))["brought"]}
    assert told[cast.agency("health").name] == [
        ("New", CAR, False),
        ("Restricted", "Her cousin was there.", True),
    ]
    assert told[cast.agency("police").name] == [("Worry", "The deputy fears for her.", False)]
    without = {
        each["agency"]: each["boxes"]
        for each in document(draft_record(ended, Audience.PROFESSIONALS))["brought"]
    }
    assert without[cast.agency("health").name] == [("New", CAR, False)]
    assert CAR in MinutesCopy.objects.get(version__minutes=agreed(cast, ended), audience=Audience.FULL).page
