"""Whom the chair leaves out of the minutes: they find nothing of them anywhere, until they are sent them after all."""

import datetime as dt
import itertools
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from cases.choices import HarmStatus, ItemKind, ReaderVerdict, RiskCategory
from cases.errors import KeptFromYou, NotReadyToRead, RequestNotOpen
from cases.models import (
    Case,
    Child,
    ChronologyEntry,
    SubjectAccessItem,
    SubjectAccessPassage,
    SubjectAccessRequest,
)
from cases.selectors.subject_access import items_to_release
from cases.services import access, subject_access
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.accounts.services import add_person
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.models import Job, Notification
from cse_portal.jobs.services import run_job
from cse_portal.keys import new_key
from cse_portal.reference.selectors import clock_rule
from mase.choices import MINUTE_TAKER, Audience, MeetingState
from mase.errors import (
    LeavingReasonMissing,
    MeetingNotEditable,
    ObjectionsOver,
    ObjectionsStillPossible,
    StaysOnTheList,
)
from mase.models import (
    AgencyInformation,
    AgendaItem,
    BrokenOff,
    ChildVoice,
    DangerStatement,
    Decision,
    LeftOut,
    MaseMeeting,
    Minutes,
    MinutesCopy,
    MinutesReader,
    MinutesVersion,
    MinutesWording,
    PlanAction,
    SafetyGoal,
)
from mase.selectors.circulation import circulation
from mase.selectors.minutes import may_be_agreed, silent_readers
from mase.services import (
    decision,
    ending,
    invitations,
    minutes,
    reports,
    safety_map,
    scheduling,
    sections,
)
from mase.services.breaking_off import break_off
from mase.services.sections import Edit
from reporting.presenters.subject_access import items_of_record
from reporting.selectors.subject_access import whole_record
from tests.access.test_addresses import signed_in
from tests.access.test_attacks import move
from tests.acting_for import acting_for, unissued
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.meetings import details, make_meeting
from tests.factories.minutes import agreed, circulated, made, objected
from tests.factories.subject_access import agreed as agreed_to
from tests.factories.subject_access import assembled, received, second_reader, with_the_reader

SAID = "Cloverfield flats"  # noted at the meeting
DANGER = "Amara may be taken to Larchmont House."
REASON = "His brother rents the flat that was spoken of."


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    """Each test's files in a place of their own."""
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}


@pytest.fixture
def everybody(cast: Cast) -> Cast:
    """The cast with a housing officer."""
    officer = add_person(
        email="housing@example.org",
        full_name="Hugh Osgood",
        agency=cast.agency("housing"),
        role=Role.PRACTITIONER,
    )
    return Cast({**cast.people, "housing": officer}, cast.agencies)


@pytest.fixture
def case(everybody: Cast) -> Case:
    return make_case(everybody, child=make_child(given_name="Amara"), category=RiskCategory.MEDIUM)


@pytest.fixture
def meeting(everybody: Cast, case: Case) -> MaseMeeting:
    """Ended; housing and the nurse were asked by name, the police as an agency. Housing owes an action."""
    return held(everybody, case)


def held(cast: Cast, case: Case, *also: User) -> MaseMeeting:
    asked = [cast.housing, cast.health, *also]
    row = factory.running(cast, case, people=asked, agencies=[cast.agency("police")])
    item = row.agenda.get(code="placement")
    said = f"She was seen at {SAID}."
    sections.save_notes(item=item, notes=said, edit=Edit(item.version), by=cast.manager)
    danger = safety_map.Danger(DANGER, "She sleeps where her mother knows.")
    added = safety_map.add_danger(meeting=row, key=new_key(), danger=danger, by=cast.manager)
    factory.agreed(
        cast,
        row,
        text="Change the locks.",
        agency=cast.agency("housing"),
        owner=cast.housing,
        goal=added.goal,
    )
    factory.agreed(cast, row, text="Speak to the driver.", agency=cast.agency("police"), owner=cast.police)
    return factory.end(cast, row)


def leave(cast: Cast, meeting: MaseMeeting, *whom: Any, why: str = REASON) -> list[LeftOut]:
    return minutes.leave_out(meeting=meeting, whom={each.pk: why for each in whom}, by=cast.manager)


def after_all(cast: Cast, row: LeftOut) -> Any:
    return minutes.send_after_all(
        row=LeftOut.objects.select_related("meeting__case").get(pk=row.pk), by=cast.manager
    )


def words(answer: Any) -> str:
    """What a page or a PDF says."""
    if answer["Content-Type"] != "application/pdf":
        return str(answer.content.decode())
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages).split()
    )


def told(person: User, meeting: MaseMeeting) -> int:
    return Notification.objects.filter(user=person, url=f"/meetings/{meeting.pk}/minutes/").count()


def of_minutes(pk: Any, key: Any) -> list[tuple[str, str]]:
    """Every address of a meeting's minutes, and how it is asked."""
    base = f"/meetings/{pk}/minutes"
    return [
        ("get", f"{base}/"), ("post", f"{base}/"), ("get", f"{base}.pdf"), ("get", f"{base}-open.pdf"),
        ("get", f"{base}-draft.pdf"), ("post", f"{base}/read/"), ("get", f"{base}/object/"),
        ("post", f"{base}/object/"), ("get", f"{base}/wording/{key}/"), ("get", f"{base}/send-out/"),
        ("get", f"{base}/objections/{key}/"), ("get", f"{base}/agree/"), ("get", f"{base}/add/"),
        ("get", f"{base}/readers/"),
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------ the story


def test_the_housing_officer_is_left_out_and_later_sent_them(everybody: Cast, meeting: MaseMeeting) -> None:
    cast = everybody
    chair = signed_in(cast, "manager")
    page = chair.get(f"/meetings/{meeting.pk}/minutes/send-out/").content.decode()
    for said in ("Hugh Osgood", "Sandwell Housing and Licensing", "Everybody at West Midlands Police"):
        assert said in page
    form = posted(cast, meeting, without={cast.housing: REASON})
    answer = chair.post(f"/meetings/{meeting.pk}/minutes/send-out/", form, follow=True)
    assert "is on its way" in answer.content.decode()
    made(MinutesVersion.objects.get(minutes__meeting=meeting))
    row = LeftOut.objects.get()
    assert (row.person, row.agency, row.reason, row.by) == (
        cast.housing, cast.agency("housing"), REASON, cast.manager
    )  # fmt: skip
    event = AuditEvent.objects.get(action=Action.MINUTES_LEFT_OUT)
    assert (event.actor, event.case_id, event.reason) == (cast.manager, meeting.case_id, REASON)
    assert REASON not in str(event.detail)

    finds_nothing(cast, meeting)
    assert told(cast.housing, meeting) == 0
    assert SAID in words(signed_in(cast, "police").get(f"/meetings/{meeting.pk}/minutes.pdf"))
    assert told(cast.police, meeting) == told(cast.health, meeting) == 1

    with time_machine.travel(timezone.now() + dt.timedelta(days=6), tick=False):
        press = {"add": str(row.pk)}
        again = signed_in(cast, "manager").post(f"/meetings/{meeting.pk}/minutes/people/", press, follow=True)
        assert "Told just now: Hugh Osgood." in again.content.decode()
        until = clock_rule("MINUTES_OBJECTION").due(timezone.now())
    assert told(cast.housing, meeting) == 1
    with time_machine.travel(dt.datetime.combine(until, dt.time(12), dt.UTC), tick=False):
        mine = signed_in(cast, "housing")
        assert SAID in words(mine.get(f"/meetings/{meeting.pk}/minutes.pdf"))
        with pytest.raises(ObjectionsOver):
            objected(meeting, by=cast.health)
        page = mine.get(f"/meetings/{meeting.pk}/minutes/object/").content.decode()
        assert "Object to the minutes" in page
        mine.post(
            f"/meetings/{meeting.pk}/minutes/object/", {"item": "whole", "text": "It was the other flat."}
        )
        assert "It was the other flat." in mine.get(f"/meetings/{meeting.pk}/minutes/").content.decode()
    assert "It was the other flat." in chair.get(f"/meetings/{meeting.pk}/minutes/").content.decode()


def finds_nothing(cast: Cast, meeting: MaseMeeting) -> None:
    """Every address of the minutes answers as one that was never there; no page, list or message has their words."""
    client, key = signed_in(cast, "housing"), new_key()
    wording = MinutesWording.objects.filter(minutes__meeting=meeting).latest("item__order").pk
    for (how, url), (_, unknown) in zip(
        of_minutes(meeting.pk, wording), of_minutes(key, wording), strict=True
    ):
        answer, made_up = getattr(client, how)(url), getattr(client, how)(unknown)
        assert answer.status_code == made_up.status_code == 404, url
    reference = meeting.case.reference
    for url in (
        "/", f"/meetings/{meeting.pk}/", f"/cases/{reference}/", f"/cases/{reference}/meetings/",
        f"/cases/{reference}/chronology/", "/meetings/?which=past", "/meetings/minutes/", "/notifications/",
        f"/api/v1/meetings/{meeting.pk}/",
    ):  # fmt: skip
        answer = client.get(url)
        assert answer.status_code == 200, url
        page = answer.content.decode()
        for hidden in (SAID, DANGER, REASON, f"/meetings/{meeting.pk}/minutes", "left out"):
            assert hidden not in page, (url, hidden)


def posted(cast: Cast, meeting: MaseMeeting, *, without: dict[Any, str]) -> dict[str, str]:
    """What a browser sends of the list, with these ticks taken away."""
    lines = circulation(meeting).getting
    form = {"seen": " ".join(each.holder.pk.hex for each in lines)}
    for each in lines:
        key = each.holder.pk.hex
        if each.holder in without:
            form[f"why_{key}"] = without[each.holder]
        else:
            form[f"gets_{key}"] = "on"
    return form


# ------------------------------------------------------------------------------------------ the list


def test_the_list_says_who_reads_what_and_who_stays(everybody: Cast, meeting: MaseMeeting) -> None:
    cast = everybody
    taker = add_person(
        email="taker@example.org",
        full_name="Tess Quill",
        agency=cast.agency("cse-team"),
        role=Role.COORDINATOR,
    )
    meeting.invitations.create(
        role=MINUTE_TAKER, agency=cast.agency("cse-team"), person=taker, invited_by=cast.manager
    )
    page = " ".join(
        signed_in(cast, "manager").get(f"/meetings/{meeting.pk}/minutes/people/").content.decode().split()
    )
    row = {each.name: each for each in circulation(meeting).getting}
    assert row["Hugh Osgood"].restricted is False
    assert row[cast.police.full_name].restricted is True
    assert row[cast.practitioner.full_name].leads
    assert row[f"Everybody at {cast.agency('police').name}"].place.told
    assert not row[f"Everybody at {cast.agency('csc').name}"].place.told
    for said in (
        "Chairs the meeting, so stays on the list.", "Takes the minutes, so stays on the list.", "lead professional",
        "Housing", "Attended", "With the restricted part", "The open part", "Not asked to the meeting",
        "Nobody is left out of these minutes.",
    ):  # fmt: skip
        assert said in page, said
    for name, key in (("chair", cast.manager.pk), ("taker", taker.pk)):
        assert f"gets_{key.hex}" not in page, name
        with pytest.raises(StaysOnTheList):
            minutes.leave_out(meeting=meeting, whom={key: REASON}, by=cast.manager)
    assert f"gets_{cast.practitioner.pk.hex}" in page
    assert cast.outsider.full_name not in page


def test_the_lead_professional_is_left_out_with_a_reason_alone(everybody: Cast, meeting: MaseMeeting) -> None:
    cast = everybody
    with pytest.raises(LeavingReasonMissing):
        leave(cast, meeting, cast.practitioner, why="  ")
    leave(cast, meeting, cast.practitioner)
    assert not gate.can(cast.practitioner, Permission.MINUTES_VIEW, meeting)
    assert gate.can(cast.practitioner, Permission.CASE_CHANGE, meeting.case)


def test_a_missing_reason_is_said_beside_its_field_and_nothing_typed_is_lost(
    everybody: Cast, meeting: MaseMeeting
) -> None:
    cast = everybody
    chair = signed_in(cast, "manager")
    form = posted(cast, meeting, without={cast.housing: "", cast.health: "Her sister works there."})
    for url in (f"/meetings/{meeting.pk}/minutes/send-out/", f"/meetings/{meeting.pk}/minutes/people/"):
        page = chair.post(url, form).content.decode()
        field = f"id_why_{cast.housing.pk.hex}"
        assert f'href="#{field}">Say why Hugh Osgood does not get the minutes' in page
        assert f'id="{field}_error"' in page or f'id="{field}-error"' in page
        assert "Her sister works there." in page
        for key, is_ticked in ((cast.housing, False), (cast.health, False), (cast.practitioner, True)):
            box = page.partition(f'name="gets_{key.pk.hex}"')[2].partition(">")[0]
            assert ("checked" in box) is is_ticked, key
    assert not LeftOut.objects.exists()
    assert not MinutesVersion.objects.exists()


def test_a_reason_for_somebody_who_keeps_their_tick_sends_nothing(
    everybody: Cast, meeting: MaseMeeting
) -> None:
    cast = everybody
    form = posted(cast, meeting, without={}) | {f"why_{cast.housing.pk.hex}": REASON}
    page = signed_in(cast, "manager").post(f"/meetings/{meeting.pk}/minutes/send-out/", form).content.decode()
    assert "Take the tick away to leave Hugh Osgood out, or clear the reason" in page
    assert REASON in page
    assert not MinutesVersion.objects.exists()


def test_who_has_come_onto_the_list_since_is_looked_at_first(everybody: Cast, meeting: MaseMeeting) -> None:
    cast = everybody
    form = posted(cast, meeting, without={cast.housing: REASON})
    access.share(
        case=meeting.case, to=cast.outsider, reason="Teaches her", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
    )  # fmt: skip
    chair = signed_in(cast, "manager")
    answer = chair.post(f"/meetings/{meeting.pk}/minutes/send-out/", form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody has come onto this list since you opened the page." in page
    assert REASON in page
    assert "checked" in page.partition(f'name="gets_{cast.outsider.pk.hex}"')[2].partition(">")[0]
    assert not MinutesVersion.objects.exists()
    chair.post(
        f"/meetings/{meeting.pk}/minutes/send-out/", posted(cast, meeting, without={cast.housing: REASON})
    )
    assert MinutesVersion.objects.count() == 1


def test_pressing_twice_leaves_out_once_and_sends_them_once(everybody: Cast, meeting: MaseMeeting) -> None:
    cast = everybody
    chair, url = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/minutes/people/"
    form = posted(cast, meeting, without={cast.housing: REASON})
    chair.post(url, form)
    again = chair.post(url, form, follow=True)
    assert "Nothing was changed." in again.content.decode()
    assert LeftOut.objects.count() == AuditEvent.objects.filter(action=Action.MINUTES_LEFT_OUT).count() == 1
    circulated(cast, meeting)
    row = LeftOut.objects.get()
    first, second = after_all(cast, row), after_all(cast, row)
    assert (len(first.told), len(second.told)) == (1, 0)
    assert told(cast.housing, meeting) == 1
    assert AuditEvent.objects.filter(action=Action.MINUTES_SENT_AFTER_ALL).count() == 1


def test_what_is_typed_stays_when_somebody_is_put_back(everybody: Cast, meeting: MaseMeeting) -> None:
    cast = everybody
    (row,) = leave(cast, meeting, cast.housing)
    form = posted(cast, meeting, without={cast.health: "Her sister works there."}) | {"add": str(row.pk)}
    page = signed_in(cast, "manager").post(f"/meetings/{meeting.pk}/minutes/people/", form).content.decode()
    assert "Hugh Osgood: back on the list." in page
    assert "Her sister works there." in page
    ticks = {
        key: "checked" in page.partition(f'name="gets_{key.pk.hex}"')[2].partition(">")[0]
        for key in (cast.health, cast.housing)
    }
    assert ticks == {cast.health: False, cast.housing: True}
    assert not LeftOut.objects.filter(person=cast.health).exists()


@pytest.mark.parametrize("name", ["practitioner", "police", "health", "outsider"])
def test_only_who_runs_it_sees_or_changes_the_list(everybody: Cast, meeting: MaseMeeting, name: str) -> None:
    cast = everybody
    (row,) = leave(cast, meeting, cast.housing)
    url, person = f"/meetings/{meeting.pk}/minutes/people/", cast.people[name]
    refused = 404 if name == "outsider" else 403
    assert signed_in(cast, name).get(url).status_code == refused
    assert signed_in(cast, name).post(url, {"add": str(row.pk)}).status_code == refused
    with pytest.raises((NotPermitted, NotVisible)):
        minutes.leave_out(meeting=meeting, whom={cast.police.pk: REASON}, by=person)
    with pytest.raises((NotPermitted, NotVisible)):
        minutes.send_after_all(row=row, by=person)


def test_nobody_is_put_back_by_a_made_up_key_or_one_of_another_meeting(
    everybody: Cast, meeting: MaseMeeting
) -> None:
    cast = everybody
    other = factory.end(cast, factory.running(cast, make_case(cast), people=[cast.housing]))
    (row,) = leave(cast, other, cast.housing)
    chair = signed_in(cast, "manager")
    for key in (row.pk, new_key(), "x"):
        answer = chair.post(f"/meetings/{meeting.pk}/minutes/people/", {"add": str(key)})
        assert answer.status_code == 404


def test_a_cancelled_meeting_has_no_list(everybody: Cast) -> None:
    cast = everybody
    row = make_meeting(cast, make_case(cast))
    scheduling.cancel(meeting=row, reason="She moved away", by=cast.manager)
    with pytest.raises(MeetingNotEditable):
        leave(cast, row, cast.agency("police"))
    assert signed_in(cast, "manager").get(f"/meetings/{row.pk}/minutes/people/").status_code == 404


# ------------------------------------------------------------------------------------------ at the meeting


def test_the_chair_chooses_at_the_meeting_and_it_holds_from_its_end(everybody: Cast) -> None:
    cast = everybody
    row = factory.running(cast, make_case(cast), people=[cast.housing], agencies=[cast.agency("police")])
    chair, link = signed_in(cast, "manager"), f"/meetings/{row.pk}/minutes/people/"
    assert link in chair.get(f"/meetings/{row.pk}/").content.decode()
    assert link not in signed_in(cast, "police").get(f"/meetings/{row.pk}/").content.decode()
    chair.post(link, posted(cast, row, without={cast.housing: REASON}))
    officer = signed_in(cast, "housing")
    page = officer.get(f"/meetings/{row.pk}/").content.decode()
    assert "Placement, contact and online safety" in page, "while it runs, it is everybody's who is there"
    assert officer.get(f"/meetings/{row.pk}/minutes/").status_code == 200
    ended = factory.end(cast, row)
    assert officer.get(f"/meetings/{row.pk}/minutes/").status_code == 404
    page = officer.get(f"/meetings/{row.pk}/").content.decode()
    assert "This meeting ended on" in page
    assert "Placement, contact and online safety" not in page
    circulated(cast, ended)
    assert told(cast.housing, ended) == 0


def test_the_list_is_not_on_a_screen_that_others_see(everybody: Cast) -> None:
    cast = everybody
    row = factory.running(cast, make_case(cast), people=[cast.housing], parent_invited=True)
    chair, link = signed_in(cast, "manager"), f"/meetings/{row.pk}/minutes/people/"
    leave(cast, row, cast.housing)
    chair.post(f"/meetings/{row.pk}/projector/", {"on": "yes"})
    assert link not in chair.get(f"/meetings/{row.pk}/").content.decode()
    assert REASON not in chair.get(link).content.decode()
    chair.post(f"/meetings/{row.pk}/projector/", {"on": "no"})
    MaseMeeting.objects.filter(pk=row.pk).update(family_in_room=True)
    assert link not in chair.get(f"/meetings/{row.pk}/").content.decode()
    page = chair.get(link, follow=True).content.decode()
    assert "A child or parent is in the room, so this list is not shown." in page
    assert REASON not in page


# ------------------------------------------------------------------------------------------ whom it reaches


def test_an_agency_is_left_out_but_whom_the_meeting_named(everybody: Cast, meeting: MaseMeeting) -> None:
    cast = everybody
    colleague = add_person(
        email="later@example.org", full_name="Lena Thorne", agency=cast.agency("police"),
        role=Role.POLICE_INTELLIGENCE,
    )  # fmt: skip
    late = add_person(
        email="late@example.org",
        full_name="Rhys Kestrel",
        agency=cast.agency("police"),
        role=Role.PRACTITIONER,
    )
    ask = {"meeting": meeting, "role": "POL", "agency": cast.agency("police"), "invited_by": cast.manager}
    invitations.Invitation.objects.create(person=cast.police, **ask)
    leave(cast, meeting, cast.agency("police"))
    invitations.Invitation.objects.create(person=late, **ask)  # after the chair decided
    assert gate.can(cast.police, Permission.MINUTES_VIEW, meeting)
    for person in (late, colleague):
        assert not gate.can(person, Permission.MINUTES_VIEW, meeting)
    circulated(cast, meeting)
    assert [told(each, meeting) for each in (cast.police, late, colleague)] == [1, 0, 0]
    row = LeftOut.objects.get()
    assert set(after_all(cast, row).told) == {colleague, late}


def test_whoever_led_the_case_and_moved_is_left_out_with_their_new_colleagues(
    everybody: Cast, meeting: MaseMeeting
) -> None:
    """Priya leads on paper still: at social care an agency's row spares her, at the police it does not."""
    cast = everybody
    leave(cast, meeting, cast.agency("police"), cast.agency("csc"))
    assert gate.can(cast.practitioner, Permission.MINUTES_VIEW, meeting)
    moved = move(cast.practitioner, cast, "police")
    assert gate.can(moved, Permission.MEETING_VIEW, meeting), "with the police, who have the case"
    assert not gate.can(moved, Permission.MINUTES_VIEW, meeting)
    differ(cast, [meeting])
    circulated(cast, meeting)
    assert told(moved, meeting) == 0
    police = LeftOut.objects.get(agency=cast.agency("police"))
    assert moved in after_all(cast, police).told


def test_one_person_of_an_agency_is_left_out_alone(everybody: Cast, meeting: MaseMeeting) -> None:
    cast = everybody
    colleague = add_person(
        email="other@example.org", full_name="Lena Thorne", agency=cast.agency("police"),
        role=Role.POLICE_INTELLIGENCE,
    )  # fmt: skip
    leave(cast, meeting, colleague)
    circulated(cast, meeting)
    assert (told(cast.police, meeting), told(colleague, meeting)) == (1, 0)


def test_who_was_told_before_loses_the_word_and_holds_nothing_up(
    everybody: Cast, meeting: MaseMeeting
) -> None:
    cast = everybody
    version = circulated(cast, meeting)
    assert told(cast.housing, meeting) == 1
    for reader in silent_readers(version):
        if reader != cast.housing:
            minutes.acknowledge(meeting=meeting, by=reader)
    assert not may_be_agreed(version)
    leave(cast, meeting, cast.housing)
    assert (told(cast.housing, meeting), told(cast.health, meeting)) == (0, 1)
    assert silent_readers(version) == []
    assert may_be_agreed(version)
    for refused in (minutes.acknowledge, minutes.hand_out):
        with pytest.raises(NotVisible):
            refused(meeting=meeting, by=cast.housing)


def test_agreeing_waits_for_who_was_told_later(everybody: Cast, meeting: MaseMeeting) -> None:
    cast = everybody
    (row,) = leave(cast, meeting, cast.housing)
    version = circulated(cast, meeting)
    assert version.objections_until is not None
    last = dt.datetime.combine(version.objections_until, dt.time(12), dt.UTC)
    with time_machine.travel(last, tick=False):
        until = after_all(cast, row).until
    with time_machine.travel(last + dt.timedelta(days=1), tick=False):
        with pytest.raises(ObjectionsStillPossible):
            minutes.agree(meeting=meeting, by=cast.manager)
        page = signed_in(cast, "manager").get(f"/meetings/{meeting.pk}/minutes/").content.decode()
        assert f"They can be agreed after {until:%-d %B %Y}" in page
    with time_machine.travel(
        dt.datetime.combine(until, dt.time(12), dt.UTC) + dt.timedelta(days=1), tick=False
    ):
        assert minutes.agree(meeting=meeting, by=cast.manager).agreed_at


def test_agreed_minutes_are_sent_after_all_without_days_to_object(
    everybody: Cast, meeting: MaseMeeting
) -> None:
    cast = everybody
    (row,) = leave(cast, meeting, cast.housing)
    agreed(cast, meeting)
    given = after_all(cast, row)
    assert (given.told, given.until) == ([cast.housing], None), "he owes an action, so he sees the case still"
    assert Notification.objects.get(user=cast.housing, url__endswith="/minutes/").text.endswith("are agreed.")


def test_who_lost_the_case_meanwhile_is_put_back_and_not_told(everybody: Cast, meeting: MaseMeeting) -> None:
    cast = everybody
    (row,) = leave(cast, meeting, cast.health)
    agreed(cast, meeting)
    assert after_all(cast, row).told == []
    assert not gate.can(cast.health, Permission.MINUTES_VIEW, meeting)


# ------------------------------------------------------------------------------------------ what stays


def test_their_own_action_reaches_them(everybody: Cast, meeting: MaseMeeting) -> None:
    cast = everybody
    leave(cast, meeting, cast.housing)
    action = PlanAction.objects.get(meeting=meeting, owner=cast.housing)
    officer = signed_in(cast, "housing")
    assert "Change the locks." in officer.get("/actions/?whose=mine").content.decode()
    page = officer.get(f"/actions/{action.pk}/")
    assert page.status_code == 200
    assert "Change the locks." in page.content.decode()
    officer.post(
        f"/actions/{action.pk}/outcome/", {"outcome": "Done.", "effect": "She sleeps.", "state": "done"}
    )
    assert officer.get(f"/actions/{action.pk}/").status_code == 200


def test_the_next_meeting_shows_them_nothing_of_it(everybody: Cast, meeting: MaseMeeting) -> None:
    cast = everybody
    leave(cast, meeting, cast.housing)
    case = Case.objects.get(pk=meeting.case_id)
    review = make_meeting(cast, case, people=[cast.housing], agencies=[cast.agency("police")])
    papers = {
        name: words(signed_in(cast, name).get(f"/meetings/{review.pk}/papers.pdf"))
        for name in ("housing", "police")
    }
    last = {
        name: text.partition("The last meeting")[2].partition("Actions still open")[0]
        for name, text in papers.items()
    }
    for said in ("Reasons", "Speak to the driver.", "Change the locks."):
        assert said in last["police"], said
    assert "Change the locks." in last["housing"]
    for hidden in ("Reasons", "Speak to the driver.", "There has been no meeting"):
        assert hidden not in last["housing"], hidden
    assert SAID not in papers["housing"]
    assert signed_in(cast, "housing").get(f"/meetings/{review.pk}/").status_code == 200


def test_who_works_on_the_case_finds_no_report_list_and_no_clock_of_it(
    everybody: Cast, meeting: MaseMeeting
) -> None:
    """A social worker left out of the minutes may book the next meeting, and reads nothing of this one on the way."""
    cast = everybody
    leave(cast, meeting, cast.practitioner)
    worker = signed_in(cast, "practitioner")
    for rest in ("reports/", "clocks/minutes/", "clocks/reports/", "minutes/"):
        assert worker.get(f"/meetings/{meeting.pk}/{rest}").status_code == 404, rest
    assert worker.get(f"/cases/{meeting.case.reference}/meetings/").status_code == 200
    assert worker.get(f"/cases/{meeting.case.reference}/meetings/new/").status_code == 200
    told_by_api = worker.get(f"/api/v1/meetings/{meeting.pk}/").json()
    assert [each["text"] for each in told_by_api["actions"]] == []
    assert len(signed_in(cast, "health").get(f"/api/v1/meetings/{meeting.pk}/").json()["actions"]) == 2


def test_a_child_who_asks_is_shown_it_whoever_prepares_the_answer(
    everybody: Cast, worker: User, told_apart: MaseMeeting
) -> None:
    cast, meeting = everybody, told_apart
    request = received(meeting.case, worker)
    before = held_of(request, worker)
    (_,) = leave(cast, meeting, worker)
    assert held_of(request, worker) == before
    assert any(SAID in each for each in before)


def held_of(request: SubjectAccessRequest, by: User) -> list[str]:
    """The texts of what whoever prepares the answer would put before the second reader."""
    with acting_for(by):
        items = items_of_record(whole_record(by, request))
    return sorted(passage.text for item in items for passage in item.passages)


# What is of the record, wherever the bundle has it: noted, feared, hoped for, said by the child, told by an agency.
GOAL, VOICE, OF_POLICE = (
    "She sleeps where her mother knows.",
    "Nobody asked me.",
    "The unit follows a grey van.",
)
OF_RECORD = (SAID, DANGER, GOAL, VOICE, OF_POLICE)


@pytest.fixture
def worker(everybody: Cast) -> User:
    """Selma, of the CSE team."""
    return second_reader(everybody)


@pytest.fixture
def told_apart(everybody: Cast, case: Case, worker: User) -> MaseMeeting:
    """Selma was there, and so was Owen of the police; with what the child said and what the police told."""
    meeting = held(everybody, case, worker, everybody.police)
    ChildVoice.objects.filter(meeting=meeting).update(words=VOICE)
    told = AgencyInformation.objects.filter(meeting=meeting, agency=everybody.agency("police"))
    assert told.update(text=OF_POLICE, submitted_at=timezone.now(), submitted_by=everybody.police)
    return meeting


def read_in(request: SubjectAccessRequest, by: User) -> set[str]:
    """What of the record somebody reads in a bundle: by its list, by PostgreSQL, and on its pages."""
    user = User.objects.get(pk=by.pk)
    texts = SubjectAccessPassage.objects.filter(item__request=request)
    listed = list(texts.visible_to(user).values_list("text", flat=True))
    with acting_for(user):
        assert sorted(texts.values_list("text", flat=True)) == sorted(listed)
    client = reading(user)
    base = f"/subject-access/{request.reference}/"
    pages = [words(client.get(f"{base}items/{each.pk}/")) for each in request.items.all()]
    pages.append(words(client.get(base)))
    found = {each for each in OF_RECORD if any(each in text for text in listed)}
    assert found == {each for each in OF_RECORD if any(each in page for page in pages)}
    return found


def reading(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_whoever_was_left_out_assembles_all_of_it_and_reads_nothing_of_it(
    everybody: Cast, worker: User, told_apart: MaseMeeting
) -> None:
    cast, meeting = everybody, told_apart
    (row,) = leave(cast, meeting, worker)
    request = assembled(meeting.case, worker)
    held = "\n".join(
        SubjectAccessPassage.objects.filter(item__request=request).values_list("text", flat=True)
    )
    assert [each for each in OF_RECORD if each not in held] == []
    assert read_in(request, worker) == set()
    assert read_in(request, cast.manager) == set(OF_RECORD)
    lock = request.items.get(passages__text="Change the locks.")
    with pytest.raises(KeptFromYou):
        subject_access.finish_item(item=lock, by=worker)
    with pytest.raises(KeptFromYou):
        subject_access.decide_names(request=request, decided={}, by=worker)
    for each in request.items.visible_to(worker).exclude(pk=lock.pk):
        subject_access.finish_item(item=each, by=worker)
    with pytest.raises(NotReadyToRead, match="kept apart from you"):
        subject_access.send(request=request, by=worker)
    after_all(cast, row)
    assert read_in(request, worker) == set(OF_RECORD)


def test_whoever_was_left_out_is_no_second_reader_of_it_and_takes_no_file(
    everybody: Cast, worker: User, told_apart: MaseMeeting
) -> None:
    cast, meeting = everybody, told_apart
    third = second_reader(cast, email="third@example.org")
    request = with_the_reader(meeting.case, cast.manager)
    assert read_in(request, worker) == set(OF_RECORD)
    (_,) = leave(cast, meeting, worker)
    assert read_in(request, worker) == set()
    for item in request.items.all():
        with pytest.raises(KeptFromYou):
            subject_access.give_verdict(item=item, verdict=ReaderVerdict.AGREED, by=worker)
    agreed_to(request, third)
    with pytest.raises(KeptFromYou):
        subject_access.disclose(request=request, by=worker)
    disclosure = subject_access.disclose(request=request, by=cast.manager)
    run_job(job_id=Job.objects.get(kind=subject_access.JOB, key=disclosure.pk.hex).pk)
    disclosure.refresh_from_db()
    with pytest.raises(KeptFromYou):
        subject_access.download(disclosure=disclosure, by=worker)
    assert subject_access.download(disclosure=disclosure, by=cast.manager)


def test_police_who_were_left_out_release_nothing_that_was_said_there(
    everybody: Cast, told_apart: MaseMeeting
) -> None:
    cast, meeting = everybody, told_apart
    access.share(
        case=meeting.case, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS,
        may_change=True, by=cast.manager,
    )  # fmt: skip
    request = assembled(meeting.case, cast.manager)
    item = request.items.select_related("request__case").get(kind=ItemKind.MEETING)
    theirs = item.passages.filter(needs_release=True)
    waiting = [each.pk for each in items_to_release(request, cast.police)]
    assert item.pk in waiting
    (_,) = leave(cast, meeting, cast.police)
    assert [each.pk for each in items_to_release(request, cast.police)] == [
        each for each in waiting if each != item.pk
    ]
    with pytest.raises(RequestNotOpen):
        subject_access.release(item=item, by=cast.police)
    with acting_for(cast.police):
        assert theirs.update(released_by=cast.police, released_at=timezone.now()) == 0
    assert not theirs.exclude(released_at=None).exists()


def test_what_was_agreed_and_never_issued_is_of_the_record_in_a_bundle_too(
    everybody: Cast, worker: User, told_apart: MaseMeeting
) -> None:
    cast, meeting, agreed_there = everybody, told_apart, "Ring her aunt on Sundays."
    row = unissued(cast, meeting)
    PlanAction.objects.filter(pk=row.pk).update(text=agreed_there)
    (left,) = leave(cast, meeting, worker)
    request = assembled(meeting.case, worker)
    mine = SubjectAccessPassage.objects.visible_to(worker)
    held = SubjectAccessPassage.objects.get(text=agreed_there)
    assert held.item.request == request
    assert not mine.filter(pk=held.pk).exists()
    assert not SubjectAccessItem.objects.visible_to(worker).filter(pk=held.item_id).exists()
    with acting_for(worker):
        assert not SubjectAccessPassage.objects.filter(pk=held.pk).exists()
        assert not SubjectAccessItem.objects.filter(pk=held.item_id).exists()
    assert mine.filter(text="Change the locks.").exists(), "issued, it is in the plan"
    after_all(cast, left)
    assert SubjectAccessPassage.objects.visible_to(User.objects.get(pk=worker.pk)).filter(pk=held.pk).exists()


# ------------------------------------------------------------------------------------------ PostgreSQL asks again


OF_THE_RECORD = (
    AgendaItem, ChildVoice, DangerStatement, SafetyGoal, Minutes, MinutesVersion, MinutesWording, MinutesReader,
    MinutesCopy, LeftOut,
)  # fmt: skip


def test_postgresql_returns_nothing_of_it_to_who_was_left_out(everybody: Cast, meeting: MaseMeeting) -> None:
    cast = everybody
    circulated(cast, meeting)
    with acting_for(cast.housing):
        assert [each.__name__ for each in OF_THE_RECORD if not each.objects.exists()] == ["LeftOut"]
    (row,) = leave(cast, meeting, cast.housing)
    with acting_for(cast.housing):
        assert [each.__name__ for each in OF_THE_RECORD if each.objects.exists()] == []
        assert set(AgencyInformation.objects.values_list("agency", flat=True)) == {cast.agency("housing").pk}
        assert MaseMeeting.objects.get() == meeting
        assert PlanAction.objects.filter(owner=cast.housing).exists()
    with acting_for(cast.police):
        assert [each.__name__ for each in OF_THE_RECORD if not each.objects.exists()] == ["LeftOut"]
        assert MinutesCopy.objects.filter(audience=Audience.FULL).exists()
    with acting_for(cast.manager):
        assert LeftOut.objects.get() == row
    after_all(cast, row)
    with acting_for(cast.housing):
        assert Minutes.objects.exists()


def test_the_list_the_gate_and_postgresql_say_the_same_of_everybody(
    everybody: Cast, meeting: MaseMeeting
) -> None:
    cast = everybody
    other = factory.end(cast, factory.running(cast, make_case(cast), people=[cast.housing, cast.police]))
    for whom in ((), (cast.housing,), (cast.agency("police"),), (cast.agency("csc"),), (cast.practitioner,)):
        leave(cast, meeting, *whom)
        differ(cast, [meeting, other])
    leave(cast, other, cast.agency("police"))
    differ(cast, [meeting, other])
    for row in LeftOut.objects.all():
        after_all(cast, row)
        differ(cast, [meeting, other])


def differ(cast: Cast, meetings: list[MaseMeeting]) -> None:
    for name, person in cast.people.items():
        user = User.objects.get(pk=person.pk)
        listed = set(Minutes.objects.visible_to(user).values_list("meeting", flat=True))
        by_gate = {each.pk for each in meetings if gate.can(user, Permission.MINUTES_VIEW, each)}
        with acting_for(user):
            returned = set(Minutes.objects.values_list("meeting", flat=True))
        assert listed == by_gate == returned, name


def test_nobody_rewrites_why_somebody_was_left_out(everybody: Cast, meeting: MaseMeeting) -> None:
    cast = everybody
    leave(cast, meeting, cast.housing)
    with acting_for(cast.manager):
        for statement in (
            "UPDATE mase_leftout SET reason = 'Another'",
            "UPDATE mase_leftout SET person_id = NULL",
            "DELETE FROM mase_leftout",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
    with acting_for(cast.practitioner), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE mase_leftout SET added_at = now(), added_by_id = gate.user_id()")
        assert cursor.rowcount == 0
    assert LeftOut.objects.get().reason == REASON


# ------------------------------------------------------------------------------------------ a meeting broken off

FIRE = "The fire alarm went off."


@pytest.fixture
def going_on(everybody: Cast, case: Case) -> MaseMeeting:
    """It runs; the case is shared with the nurse, whom Maya has left out of it. Something was said."""
    cast = everybody
    access.share(case=case, to=cast.health, reason="Joint work", lawful_basis=LAWFUL_BASIS, by=cast.manager)
    row = factory.running(cast, case, people=[cast.health, cast.housing], agencies=[cast.agency("police")])
    item = row.agenda.get(code="placement")
    sections.save_notes(item=item, notes=f"She was seen at {SAID}.", edit=Edit(item.version), by=cast.manager)
    danger = safety_map.Danger(DANGER, "She sleeps where her mother knows.")
    safety_map.add_danger(meeting=row, key=new_key(), danger=danger, by=cast.manager)
    factory.agreed(cast, row)
    leave(cast, row, cast.health)
    return MaseMeeting.objects.get(pk=row.pk)


def stopped(cast: Cast, meeting: MaseMeeting, how: str) -> MaseMeeting:
    to = None if how == "cancelled" else timezone.now() + dt.timedelta(days=2)
    break_off(meeting=meeting, reason=FIRE, to=to, by=cast.manager)
    return MaseMeeting.objects.get(pk=meeting.pk)


def record_in_postgresql(person: User) -> set[str]:
    of_it = (AgendaItem, DangerStatement, Decision, BrokenOff, ChildVoice, PlanAction)
    with acting_for(person):
        return {each.__name__ for each in of_it if each._default_manager.exists()}


@pytest.mark.parametrize("how", ["cancelled", "booked again"])
def test_what_was_said_before_a_meeting_was_broken_off_is_kept_from_who_was_left_out(
    everybody: Cast, going_on: MaseMeeting, how: str
) -> None:
    cast, url = everybody, f"/meetings/{going_on.pk}/"
    decided = decision.Decided(RiskCategory.HIGH, HarmStatus.H2, f"What happened at {SAID}.")
    decision.save_decision(meeting=going_on, decided=decided, edit=Edit(0), by=cast.manager)
    assert SAID in words(signed_in(cast, "health").get(url)), "while it runs it is everybody's who is there"
    row = stopped(cast, going_on, how)
    hannah = signed_in(cast, "health")
    page = hannah.get(url)
    assert page.status_code == 200
    for said in (SAID, DANGER, REASON, "left out"):
        assert said not in words(page)
    assert hannah.get(f"{url}papers.pdf").status_code == {"cancelled": 302, "booked again": 404}[how]
    assert record_in_postgresql(cast.health) == set()
    assert record_in_postgresql(cast.practitioner) != set()
    for name, person in everybody.people.items():
        user = User.objects.get(pk=person.pk)
        seen = MaseMeeting.objects.read_by(user).filter(pk=row.pk).exists()
        assert seen == gate.can(user, Permission.MINUTES_VIEW, row), name
        with acting_for(user):
            assert seen == AgendaItem.objects.filter(meeting=row, restricted=False).exists(), name
    for reads in ("manager", "practitioner"):
        assert f"because: {FIRE}" in words(signed_in(cast, reads).get(url))
    for path in (url, f"/cases/{row.case.reference}/", f"/cases/{row.case.reference}/chronology/"):
        assert FIRE not in words(hannah.get(path)), "why it was broken off is of its record"
    with acting_for(cast.health):
        told = [*MaseMeeting.objects.values_list("cancelled_reason", flat=True)]
        told += ChronologyEntry.objects.values_list("text", flat=True)
    assert told
    assert FIRE not in " ".join(told)
    if how == "cancelled":
        assert SAID in words(signed_in(cast, "manager").get(url))
    else:  # whose clocks would say that reports are late which she does not see
        tab = f"/cases/{row.case.reference}/meetings/"
        assert hannah.get(tab).context["clocks"] == []
        assert signed_in(cast, "manager").get(tab).context["clocks"] != []
    listed = words(hannah.get(f"/cases/{row.case.reference}/meetings/"))
    assert "Category 3" not in listed, "nothing was decided"


def test_the_list_the_gate_and_postgresql_say_the_same_however_a_meeting_stands(
    everybody: Cast, meeting: MaseMeeting
) -> None:
    cast, now = everybody, timezone.now()
    leave(cast, meeting, cast.housing, cast.agency("police"))
    ended = {"ended_at": now, "ended_by": cast.manager}
    cancelled = {"cancelled_at": now, "cancelled_by": cast.manager, "cancelled_reason": FIRE}
    nothing: dict[str, Any] = {**dict.fromkeys([*ended, *cancelled]), "cancelled_reason": ""}
    given = {MeetingState.ENDED: ended, MeetingState.CANCELLED: cancelled}
    kept_from = {}
    for broken in (False, True):
        if broken:
            BrokenOff.objects.create(meeting=meeting, started_at=now, reason=FIRE, by=cast.manager)
        for taken_over, state in itertools.product((False, True), MeetingState):
            booked = now + dt.timedelta(minutes=1 if taken_over else -1)
            MaseMeeting.objects.filter(pk=meeting.pk).update(
                **nothing | given.get(state, {}), state=state, booked_at=booked
            )
            differ(cast, [MaseMeeting.objects.get(pk=meeting.pk)])
            with acting_for(cast.housing):
                kept_from[broken, taken_over, state] = not AgendaItem.objects.exists()
    assert kept_from == {
        (broken, taken_over, state): state == MeetingState.ENDED
        or state != MeetingState.IN_PROGRESS
        and (broken or taken_over)
        for broken, taken_over, state in kept_from
    }


def test_a_meeting_that_goes_on_is_everybodys_again_who_is_there(
    everybody: Cast, going_on: MaseMeeting
) -> None:
    cast = everybody
    row = stopped(cast, going_on, "booked again")
    with time_machine.travel(row.scheduled_for):
        ending.start(meeting=row, by=cast.manager)
        assert SAID in words(signed_in(cast, "health").get(f"/meetings/{row.pk}/"))
        factory.end(cast, MaseMeeting.objects.get(pk=row.pk))
        assert SAID not in words(signed_in(cast, "health").get(f"/meetings/{row.pk}/"))


def test_who_was_left_out_still_answers_and_reports_to_one_that_is_booked_again(
    everybody: Cast, going_on: MaseMeeting
) -> None:
    cast, url = everybody, f"/meetings/{going_on.pk}/"
    row = stopped(cast, going_on, "booked again")
    hannah = signed_in(cast, "health")
    page = words(hannah.get(url))
    seat = row.invitations.get(person=cast.health)
    assert f"{url}answers/{seat.pk}/" in page
    assert hannah.post(f"{url}answers/{seat.pk}/", {"kind": "accept"}).status_code == 302
    assert f"{url}report/" in page
    version = row.information.get(agency=cast.agency("health")).version
    typed = {"text": "She came to the clinic.", "worries": "", "working_well": "", "suggested": ""}
    assert hannah.post(f"{url}report/", {**typed, "version": str(version), "send": "1"}).status_code == 302
    assert "She came to the clinic." in words(signed_in(cast, "manager").get(url))


def test_the_lead_professional_who_was_left_out_still_plans_one_that_is_booked_again(
    everybody: Cast, going_on: MaseMeeting
) -> None:
    """Priya asks another agency, moves it past a birthday and calls it off, and reads nothing of what was said."""
    cast, url = everybody, f"/meetings/{going_on.pk}/"
    leave(cast, going_on, cast.practitioner)
    row = stopped(cast, going_on, "booked again")
    born = timezone.localdate() - dt.timedelta(days=17 * 365)
    Child.objects.filter(case=row.case).update(date_of_birth=born)
    priya = signed_in(cast, "practitioner")
    assert SAID not in words(priya.get(url))
    education = cast.agency("education")
    with acting_for(cast.practitioner):
        row = MaseMeeting.objects.select_related("case__child").get(pk=row.pk)
        invitations.invite(meeting=row, agencies=[education], people=[], by=cast.practitioner)
        row = MaseMeeting.objects.select_related("case__child").get(pk=row.pk)
        for days in (4, 5):
            row = scheduling.change(
                meeting=row,
                details=details(days),
                reason="Room taken",
                version=row.version,
                by=cast.practitioner,
            )
        with pytest.raises(NotVisible):
            reports.ask_again(meeting=row, agency=education, by=cast.practitioner)
        scheduling.cancel(meeting=row, reason="She is in hospital", by=cast.practitioner)
    row = MaseMeeting.objects.get(pk=row.pk)
    assert row.agenda.filter(code="turning-18").count() == 1
    assert row.information.filter(agency=education).exists()
    assert SAID not in words(priya.get(url))


def test_the_chair_mends_who_reads_what_was_said_at_one_that_was_cancelled(
    everybody: Cast, going_on: MaseMeeting
) -> None:
    cast, url = everybody, f"/meetings/{going_on.pk}/"
    stopped(cast, going_on, "cancelled")
    chair, people = signed_in(cast, "manager"), f"{url}minutes/people/"
    assert people in words(chair.get(url))
    page = words(chair.get(people))
    assert "Back to the meeting" in page
    assert REASON in page
    row = LeftOut.objects.get()
    assert chair.post(people, {"add": str(row.pk)}).status_code == 302
    assert SAID in words(signed_in(cast, "health").get(url))
    leave(cast, going_on, cast.health)
    assert SAID not in words(signed_in(cast, "health").get(url))
    assert people not in words(signed_in(cast, "practitioner").get(url))


def test_one_that_was_cancelled_before_it_began_has_no_list(everybody: Cast, case: Case) -> None:
    cast = everybody
    row = make_meeting(cast, case, people=[cast.health])
    leave(cast, row, cast.health)
    scheduling.cancel(meeting=row, reason="Snow", by=cast.manager)
    chair = signed_in(cast, "manager")
    assert chair.get(f"/meetings/{row.pk}/minutes/people/").status_code == 404
    assert "/minutes/people/" not in words(chair.get(f"/meetings/{row.pk}/"))
    with pytest.raises(MeetingNotEditable):
        leave(cast, row, cast.police)
    new = make_meeting(cast, case, people=[cast.health])
    assert not new.left_out.exists(), "nothing was said at the other"


def test_who_was_left_out_of_one_that_was_broken_off_is_left_out_of_what_comes_along(
    everybody: Cast, going_on: MaseMeeting
) -> None:
    """What Amara said there is taken over by the next meeting, which Priya books, who may not read it either."""
    cast, case = everybody, going_on.case
    leave(cast, going_on, cast.practitioner, why="She is a cousin of the driver.")
    said = sections.Voice(obtained=True, words="He drives a red car.", heard_by="Maya Chandler")
    sections.save_voice(voice=going_on.voice, said=said, edit=Edit(going_on.voice.version), by=cast.manager)
    stopped(cast, going_on, "cancelled")
    with acting_for(cast.practitioner):
        new = make_meeting(cast, case, people=[cast.health, cast.housing], by=cast.practitioner)
    taken = {row.person: row for row in new.left_out.standing_now()}
    assert set(taken) == {cast.health, cast.practitioner}
    assert (taken[cast.health].reason, taken[cast.health].by) == (REASON, cast.manager)
    events = AuditEvent.objects.filter(
        action=Action.MINUTES_LEFT_OUT, detail__taken_over_from=str(going_on.pk)
    )
    assert set(events.values_list("object_id", flat=True)) == {row.pk for row in taken.values()}
    url = f"/meetings/{new.pk}/"
    for name, reads in (("health", False), ("practitioner", False), ("housing", True), ("manager", True)):
        assert ("He drives a red car." in words(signed_in(cast, name).get(url))) is reads, name
        with acting_for(cast.people[name]):
            assert ChildVoice.objects.filter(meeting=new).exists() is reads, name
    chair = signed_in(cast, "manager")
    assert f"{url}minutes/people/" in words(chair.get(url))
    chair.post(f"{url}minutes/people/", {"add": str(taken[cast.health].pk)})
    assert "He drives a red car." in words(signed_in(cast, "health").get(url))
