"""Exclusion beats whatever else one holds: the chair, an emergency, a search, a copy, a letter. So does restriction.

What the pages say to whoever is shut out, role by role and address by address, is in test_whole_matrix.py.
"""

import csv
import io
import re
from contextlib import suppress
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from cases.choices import EntryKind
from cases.models import BreakGlass, Case
from cases.services import access, assessments, exports
from cases.services.chronology import add_event
from cse_portal import acting, files
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotAllowed
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from mase.models import MaseMeeting
from mase.services import ending, invitations, sections
from mase.services.sections import Edit
from tests.access.expected import READS_CASES
from tests.access.places import Places
from tests.access.test_whole_matrix import World
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS
from tests.factories.concerns import make_concern
from tests.factories.exports import ask
from tests.factories.meetings import second_manager

SHUT_OUT = ("excluded", "restricted")
BREAKERS = ("duty_officer", "coordinator", "team_manager")
EMERGENCY = {
    "way": "reference", "kind": "danger", "reason": "Brought in alone", "understood": "on",
}  # fmt: skip


@pytest.fixture(params=SHUT_OUT)
def world(cast: Cast, places: Places, request: pytest.FixtureRequest) -> World:
    """A case from which a person of each role is excluded, or restricted to others, though their agency holds it."""
    return World(cast, places, request.param)


def without_tokens(page: str, typed: str) -> str:
    """A page without what differs in every answer, and without what was typed into it."""
    page = re.sub(r'(nonce|name="(csrfmiddlewaretoken|form_token)" value)="[^"]*"', "", page)
    return page.replace(typed, "")


@pytest.mark.parametrize("role", BREAKERS)
def test_an_emergency_opens_nothing_to_whoever_is_excluded(cast: Cast, places: Places, role: str) -> None:
    world = World(cast, places, "excluded")
    child, browser = world.case.child, world.browsers[role]
    born = child.date_of_birth
    ways: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"reference": world.case.reference}, {"reference": "CSE-2026-99999"}),
        (
            {"way": "name", "family_name": "Quillon", "date_of_birth_day": born.day, "date_of_birth_month": born.month,
             "date_of_birth_year": born.year},
            {"way": "name", "family_name": "Nobodee", "date_of_birth_day": born.day, "date_of_birth_month": born.month,
             "date_of_birth_year": born.year},
        ),
    ]  # fmt: skip
    before = BreakGlass.objects.count()
    for theirs, nobodys in ways:
        hidden = browser.post("/emergency/", {**EMERGENCY, **theirs})
        unknown = browser.post("/emergency/", {**EMERGENCY, **nobodys})
        assert hidden.status_code == unknown.status_code == 200
        typed = theirs.get("family_name", world.case.reference), nobodys.get("family_name", "CSE-2026-99999")
        assert without_tokens(hidden.content.decode(), typed[0]) == without_tokens(
            unknown.content.decode(), typed[1]
        )
    assert BreakGlass.objects.count() == before
    assert not gate.can(world.people[role], Permission.CASE_VIEW, world.case)


def test_whoever_is_shut_out_can_do_nothing_of_a_case(world: World) -> None:
    of_a_case = [
        each for each in Permission if each.name.startswith(("CASE_", "ASSESS", "CHRONO", "CATEGORY"))
    ]
    may = [
        (role, each.name)
        for role, person in world.people.items()
        for each in (*of_a_case, Permission.DOCUMENT_ADD, Permission.MEETING_SCHEDULE)
        if each is not Permission.CASE_LIST and gate.can(person, each, world.case)
    ]
    assert may == []


def test_whoever_is_shut_out_counts_and_finds_one_fewer(world: World) -> None:
    """Lists, counts and searches of the pages and the API, by the child's name, reference and every filter."""
    wrong = []
    for role in sorted(READS_CASES):
        browser = world.browsers[role]
        others = len(seen_by(world.people[role]))
        for query, words in (
            ("", ""),
            ("?status=any", ""),
            (f"?text={world.case.reference}&status=any", world.case.reference),
            ("?text=Quillon&status=any", "Quillon"),
        ):
            listed = (
                browser.post(
                    "/api/v1/cases/search/", {"text": words, "status": "any"}, content_type="application/json"
                )
                if words
                else browser.get(f"/api/v1/cases/{query}")
            ).json()
            page = browser.get(f"/cases/{query}").content.decode()
            found = {row["reference"] for row in listed["results"]}
            expected = 0 if words else others
            if listed["count"] != expected or world.case.reference in found:
                wrong.append(f"{role} {query}: {listed['count']}, not {expected}")
            if "text" not in query and world.case.reference in page:
                wrong.append(f"{role} {query}: on the page")
    assert wrong == []


def seen_by(person: User) -> set[Any]:
    """By hand: what is granted to the person's agency, is not restricted, and does not shut them out."""
    group = person.memberships.get().agency.group
    with acting.for_the_system():
        granted = Case.objects.filter(group_grants__group=group, is_restricted=False).exclude(
            exclusions__user=person
        )
        return set(granted.values_list("pk", flat=True))


def test_whoever_is_shut_out_is_told_of_nothing(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    """Whatever happens on the case: no notification, no letter, no reference in anybody's inbox."""
    cast, case = world.cast, world.case
    Notification.objects.all().delete()
    mail.outbox.clear()
    names = {person.email for person in world.people.values()}
    with django_capture_on_commit_callbacks(execute=True):
        add_event(
            case=case, kind=EntryKind.EVENT, happened_on=timezone.localdate(), text="Seen.", by=cast.practitioner,
            key=new_key(),
        )  # fmt: skip
        judgement = assessments.Judgement(3, "H2", "Two agencies are worried.", "Recent signs")
        assessments.record_assessment(
            case=case, answers=assessments.Answers(), judgement=judgement, by=cast.practitioner, key=new_key()
        )
        access.share(
            case=case, to=cast.health, reason="Her nurse", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
        )
    told = Notification.objects.filter(user__in=world.people.values())
    assert list(told.values_list("user__email", "text")) == []
    assert names.isdisjoint(address for letter in mail.outbox for address in letter.to)


@pytest.mark.parametrize("role", ["coordinator", "team_manager"])
def test_a_copy_of_records_leaves_out_what_its_asker_is_shut_out_of(world: World, role: str) -> None:
    person = world.people[role]
    with acting.acting(gate.standing(person).actor):  # type: ignore[union-attr]
        asked = ask(person, columns=["reference", "name"])
    assert world.case.pk not in asked.asked_cases
    made = exports.make(export_id=asked.pk)
    rows = list(csv.reader(io.StringIO(files.read(made.stored_as, made.sha256).decode("utf-8-sig"))))
    text = str(rows)
    assert world.case.reference not in text
    assert "Quillon" not in text
    assert len(rows) > 1


def test_triage_hints_at_no_likeness_to_a_child_one_is_shut_out_of(world: World) -> None:
    """The same name and day of birth as the hidden child's: nobody is shown that there is one, and whoever is shut out
    of that child finds no concern about them either.
    """
    child = world.case.child
    concern = make_concern(
        world.cast.health, given_name="Zephyrine", family_name="Quillon", date_of_birth=child.date_of_birth
    )
    for role in ("coordinator", "team_manager"):
        answer = world.browsers[role].get(f"/triage/{concern.reference}/")
        page = answer.content.decode()
        assert answer.status_code == (404 if world.relation == "excluded" else 200)
        assert ("Zephyrine" in page) == (world.relation != "excluded")
        assert concern.reference not in world.browsers[role].get("/triage/").content.decode() or (
            world.relation != "excluded"
        )
        assert world.case.reference not in page
        assert str(world.case.pk) not in page


def test_the_chair_of_a_meeting_who_is_shut_out_chairs_nothing(cast: Cast, places: Places) -> None:
    world = World(cast, places, "own grant")
    chair = world.people["team_manager"]
    booked = MaseMeeting.objects.get(pk=world.places["meeting"])
    assert gate.can(chair, Permission.MEETING_CHAIR, booked)
    access.exclude(case=world.case, user=chair, reason="Knows the family", by=cast.privacy)
    chair = User.objects.get(pk=chair.pk)
    for permission in (Permission.MEETING_VIEW, Permission.MEETING_CHAIR, Permission.MINUTES_VIEW):
        assert not gate.can(chair, permission, booked)
    browser = world._browser(chair)
    for rest in ("", "start/", "end/", "minutes/", "minutes.pdf"):
        for method in ("get", "post"):
            assert getattr(browser, method)(f"/meetings/{booked.pk}/{rest}").status_code in (404, 405), rest
    Notification.objects.all().delete()
    words = "A meeting you are invited to has changed."
    invitations.tell_invited(booked, words, by=cast.practitioner, calendar=True)
    assert not Notification.objects.filter(user=chair).exists()


def test_somebody_else_takes_the_chair_of_a_running_meeting_when_its_chair_is_shut_out(
    cast: Cast, places: Places
) -> None:
    world = World(cast, places, "own grant")
    first, running = world.people["team_manager"], MaseMeeting.objects.get(pk=world.places["meeting"])
    if not running.is_running:
        ending.start(meeting=running, by=first, nobody_invited_reason="Everybody was rung")
    MaseMeeting.objects.filter(pk=running.pk).update(chair=first)
    access.exclude(case=world.case, user=first, reason="Knows the family", by=cast.privacy)
    first, running = User.objects.get(pk=first.pk), MaseMeeting.objects.get(pk=running.pk)
    shut = world._browser(first)
    for rest in ("", "end/", "chair/", "live/"):
        assert shut.get(f"/meetings/{running.pk}/{rest}").status_code == 404, rest
    Notification.objects.all().delete()
    second = second_manager(cast)
    access.share(
        case=world.case, to=second, reason="Takes the chair", lawful_basis=LAWFUL_BASIS, may_change=True,
        by=cast.practitioner,
    )  # fmt: skip
    browser = world._browser(second)
    taken = {"chair": str(second.pk), "reason": "The first may not go on."}
    assert browser.post(f"/meetings/{running.pk}/chair/", taken).status_code == 302
    running.refresh_from_db()
    assert running.chair == second
    item = running.agenda.get(code="education")
    sections.save_notes(item=item, notes="We go on.", edit=Edit(item.version), by=second)
    assert browser.get(f"/meetings/{running.pk}/end/").status_code == 200
    assert not Notification.objects.filter(user=first).exists()


def test_nobody_may_be_given_what_they_are_excluded_from(cast: Cast, places: Places) -> None:
    """A grant written all the same opens nothing, by whomever."""
    world = World(cast, places, "excluded")
    for role, person in world.people.items():
        with suppress(NotAllowed):
            access.share(
                case=world.case, to=person, reason="Works with her", lawful_basis=LAWFUL_BASIS, may_change=True,
                by=cast.practitioner,
            )  # fmt: skip
        assert not gate.can(User.objects.get(pk=person.pk), Permission.CASE_VIEW, world.case), role
