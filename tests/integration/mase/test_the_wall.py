"""The screen a room sees: nothing of the child while somebody may not know of them, no names, no words lost."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Case
from cases.services import exclusions
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit import context
from cse_portal.keys import new_key
from cse_portal.reference.selectors import codes
from mase import urls as mase_urls
from mase.choices import AttendanceCode, MeetingState, PlanP
from mase.models import LeftOut, MaseMeeting, TextSetAside
from mase.selectors.presence import part_id
from mase.services import attendance, decision, sections
from mase.services.attendance import Came
from mase.views.page import PROJECTING
from mase.views.wall import ON_THE_WALL
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import FOUND, assessed_as_exploited, make_case, make_child
from tests.factories.meetings import start_meeting

pytestmark = pytest.mark.django_db
THERE, AWAY = AttendanceCode.ATTENDED, AttendanceCode.ABSENT
SAID = "She told her form tutor."


@pytest.fixture
def meeting(cast: Cast) -> MaseMeeting:
    """The nurse and the chair sit there; something is written."""
    child = make_child(given_name="Amara", family_name="Testley")
    row = start_meeting(cast, make_case(cast, child=child), people=[cast.health])
    item = row.agenda.get(code="education")
    sections.save_notes(item=item, notes=SAID, edit=sections.Edit(item.version), by=cast.manager)
    factory.agreed(cast, row, text="Meet her at the gate.", p=PlanP.PROTECT)
    come(cast, row, manager=THERE, health=THERE)
    return row


def come(cast: Cast, meeting: MaseMeeting, **who: AttendanceCode) -> None:
    answers = {meeting.invitations.get(person=cast.people[name]).pk: Came(code) for name, code in who.items()}
    attendance.record_attendance(meeting=meeting, answers=answers, by=cast.manager)


def wall(cast: Cast, meeting: MaseMeeting) -> Client:
    client = signed_in(cast, "manager")
    client.post(reverse("mase:projector", args=[meeting.pk]), {"on": "yes"})
    return client


def whatever_tells_of(cast: Cast, meeting: MaseMeeting) -> tuple[str, ...]:
    """What a dark wall has nowhere."""
    case = meeting.case
    return (
        SAID, "Amara", "Testley", case.reference, meeting.purpose, meeting.place, "Meet her", "Siblings", "Agenda",
        cast.health.full_name, "may not see", case.lead_professional.full_name if case.lead_professional else SAID,
        *FOUND,
    )  # fmt: skip


def shut_out(cast: Cast, meeting: MaseMeeting, name: str) -> None:
    exclusions.exclude(case=meeting.case, user=cast.people[name], reason="Knows the family", by=cast.privacy)


# ------------------------------------------------------------------------------------------ who may not know


def test_a_wall_shows_nothing_of_the_child_to_somebody_who_may_not_know(
    cast: Cast, meeting: MaseMeeting
) -> None:
    client, url = wall(cast, meeting), reverse("mase:meeting", args=[meeting.pk])
    assert SAID in client.get(url).content.decode()
    assert client.get(reverse("mase:live", args=[meeting.pk])).json()["sight"] == "open"
    shut_out(cast, meeting, "health")
    assert client.get(reverse("mase:live", args=[meeting.pk])).json()["sight"] == "nothing"
    nothing = whatever_tells_of(cast, meeting)
    for address in (url, f"{url}?item=education", reverse("mase:reveal", args=[meeting.pk])):
        page = client.get(address, follow=True).content.decode()
        assert "This is not shown to this room" in page
        assert [words for words in nothing if words in page] == []
    come(cast, meeting, health=AWAY)
    assert SAID in client.get(url).content.decode(), "she has stepped out"


def test_what_is_saved_on_such_a_wall_answers_without_the_child(cast: Cast, meeting: MaseMeeting) -> None:
    client = wall(cast, meeting)
    shut_out(cast, meeting, "health")
    item = meeting.agenda.get(code="education")
    part, url = part_id("notes", item.pk), reverse("mase:section", args=[meeting.pk, "notes", item.pk])
    sent = {f"{part}-notes": "Other words.", f"{part}-version": "1"}
    answer = client.post(url, sent, headers={"HX-Request": "true"}).content.decode()
    assert SAID not in answer, "another's words beside one's own"
    sent[f"{part}-version"] = str(item.version)
    answer = client.post(url, sent, headers={"HX-Request": "true"}).content.decode()
    assert "Saved" in answer
    assert "Agenda" not in answer
    assert "Meet her" not in answer
    item.refresh_from_db()
    assert item.notes == "Other words."


def test_the_chair_alone_is_told_whom_it_is_about_and_not_on_the_wall(
    cast: Cast, meeting: MaseMeeting
) -> None:
    shut_out(cast, meeting, "health")
    url, name = reverse("mase:meeting", args=[meeting.pk]), cast.health.full_name
    words = f"Marked as there, and may not see this case: {name}"
    assert words in signed_in(cast, "manager").get(url).content.decode()
    for person in ("practitioner", "police"):
        assert "may not see this case" not in signed_in(cast, person).get(url).content.decode()
    client = wall(cast, meeting)
    assert name not in client.get(url).content.decode()
    page = client.post(reverse("mase:projector", args=[meeting.pk]), {"on": "no"}, follow=True)
    assert words in page.content.decode()


def test_a_wall_names_nobody_who_may_not_read_the_restricted_part(cast: Cast, meeting: MaseMeeting) -> None:
    client = wall(cast, meeting)
    page = client.get(reverse("mase:meeting", args=[meeting.pk])).content.decode()
    notice = page.split('id="notices"')[1].split("<section")[0]
    assert "Not everybody here may read it." in notice
    assert cast.health.full_name not in notice
    reveal = client.get(reverse("mase:reveal", args=[meeting.pk])).content.decode()
    assert cast.health.full_name not in reveal
    own = signed_in(cast, "manager").get(reverse("mase:reveal", args=[meeting.pk])).content.decode()
    assert cast.health.full_name in own


def test_a_wall_has_no_buttons_that_a_room_has_no_use_for(cast: Cast, meeting: MaseMeeting) -> None:
    url = reverse("mase:meeting", args=[meeting.pk])
    needless = (
        "We are here now", "Remove<", "Change the agenda", "Take the papers", "Invite someone else",
        "Change who chairs",
    )  # fmt: skip
    own, shown = signed_in(cast, "manager").get(url), wall(cast, meeting).get(url)
    for words in needless:
        assert words in own.content.decode(), words
        assert words not in shown.content.decode(), words
    item = meeting.agenda.get(code="education")
    part = part_id("notes", item.pk)
    sent = {f"{part}-notes": "More.", f"{part}-version": str(item.version)}
    address = reverse("mase:section", args=[meeting.pk, "notes", item.pk])
    saved = wall(cast, meeting).post(address, sent, headers={"HX-Request": "true"}).content.decode()
    assert "Change the agenda" not in saved


# ------------------------------------------------------------------------------------------ every other page of it

BELOW = "meetings/<uuid:pk>/"
NAMES = sorted(str(each.name) for each in mase_urls.urlpatterns if str(each.pattern).startswith(BELOW))


def address_of(cast: Cast, meeting: MaseMeeting, name: str) -> str:
    """Each address below a meeting with keys of its own; one with another kind of key asks for a place here."""
    item, action = meeting.agenda.get(code="education"), meeting.actions.get()
    seat = meeting.invitations.get(person=cast.health)
    keys = {"agenda-item": item, "agenda-put-off": item, "section": item, "section-aside": item, "planned": action,
            "remove": action, "answer": seat, "seat": seat}  # fmt: skip
    given = {
        "pk": meeting.pk,
        "key": keys[name].pk if name in keys else new_key(),
        "kind": "action" if name == "remove" else "notes",
        "step": "held",
    }
    route = next(str(each.pattern) for each in mase_urls.urlpatterns if each.name == name)
    wanted = re.findall(r"<\w+:(\w+)>", route)
    return reverse(f"mase:{name}", kwargs={each: given[each] for each in wanted})


@pytest.mark.parametrize("name", NAMES)
def test_no_page_of_a_meeting_tells_of_the_child_on_its_dark_wall(
    cast: Cast, meeting: MaseMeeting, name: str
) -> None:
    assessed_as_exploited(cast, meeting.case)
    client, url = wall(cast, meeting), address_of(cast, meeting, name)
    shut_out(cast, meeting, "health")
    nothing = whatever_tells_of(cast, meeting)
    for answer in (
        client.get(url, follow=True),
        client.post(url, {"on": "yes"}, follow=True),
        client.post(url, {"on": "yes", "whole": "1", "to": "end", "text": "Typed."}, follow=True),
    ):
        assert answer.status_code < 500
        assert not answer.get("Content-Disposition")
        page = answer.content.decode()
        assert [words for words in nothing if words in page] == [], answer.redirect_chain


@pytest.mark.parametrize("name", [each for each in NAMES if each not in ON_THE_WALL])
def test_a_lit_wall_serves_no_other_page_and_gives_back_what_was_typed(
    cast: Cast, meeting: MaseMeeting, name: str
) -> None:
    client, url = wall(cast, meeting), address_of(cast, meeting, name)
    page = client.get(url)
    assert "Only the meeting’s own page is on it." in page.content.decode()
    typed = client.post(url, {"reason": "Because she asked for it."})
    assert typed.status_code == 409
    assert '<details class="govuk-details" id="typed">' in typed.content.decode()
    assert "Because she asked for it." in typed.content.decode()


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("cases:list", ""), ("cases:case", "case"), ("cases:chronology", "case"), ("mase:case-meetings", "case"),
        ("mase:action", "action"), ("mase:meeting", "last"), ("mase:minutes", "last"), ("jobs:notifications", ""),
        ("search", ""), ("sign_in:account", ""), ("mase:cmogs", ""),
    ],
)  # fmt: skip
def test_the_way_off_the_wall_leads_nowhere_while_a_room_sees_it(
    cast: Cast, meeting: MaseMeeting, name: str, of: str
) -> None:
    """What the last meeting kept for professionals is one link away, and the mother sits there."""
    last = factory.end(cast, start_meeting(cast, make_case(cast), people=[cast.health]))
    keys: dict[str, list[object]] = {
        "": [], "case": [meeting.case.reference], "action": [meeting.actions.get().pk], "last": [last.pk],
    }  # fmt: skip
    url = reverse(name, args=keys[of])
    own, client = signed_in(cast, "manager"), wall(cast, meeting)
    assert "Only the meeting’s own page is on it." not in own.get(url).content.decode()
    assert "Only the meeting’s own page is on it." in client.get(url).content.decode()
    shut_out(cast, meeting, "health")
    assert client.get(url).headers["Location"] == reverse("mase:meeting", args=[meeting.pk])
    assert client.post(reverse("account_logout")).status_code == 302


def test_once_the_screen_is_one_s_own_again_every_page_is_there(cast: Cast, meeting: MaseMeeting) -> None:
    client, url = wall(cast, meeting), reverse("mase:end", args=[meeting.pk])
    assert "Some parts are still missing" not in client.get(url).content.decode()
    client.post(reverse("mase:projector", args=[meeting.pk]), {"on": "no"})
    assert "Some parts are still missing" in client.get(url).content.decode()


def test_the_page_that_reveals_looks_itself_whether_the_room_has_changed(
    cast: Cast, meeting: MaseMeeting
) -> None:
    page = wall(cast, meeting).get(reverse("mase:reveal", args=[meeting.pk])).content.decode()
    assert "js/room.js" in page
    assert 'data-sight="open"' in page
    own = signed_in(cast, "manager").get(reverse("mase:reveal", args=[meeting.pk])).content.decode()
    assert "js/room.js" not in own


# ------------------------------------------------------------------------------------------ the meeting is over


def end_elsewhere(cast: Cast, meeting: MaseMeeting, *, family: bool = True) -> None:
    """The chair ends it from the laptop, the mother still in the room: nobody said that she left."""
    item = meeting.agenda.get(code="people-places")
    secret = "A silver car at the arcade."
    sections.save_notes(item=item, notes=secret, edit=sections.Edit(item.version), by=cast.manager)
    factory.end_later(cast, meeting)
    attendance.set_family_in_room(meeting=meeting, present=family, by=cast.manager)
    answer = signed_in(cast, "manager").post(
        reverse("mase:end", args=[meeting.pk]),
        {"no_quorum_reason": "The police sent their report.", "no_measure_reason": "Said at the table."},
    )
    assert answer.headers["Location"] == reverse("mase:meeting", args=[meeting.pk])
    assert MaseMeeting.objects.get(pk=meeting.pk).state == MeetingState.ENDED


def test_a_meeting_that_ends_under_a_lit_wall_leaves_it_dark(cast: Cast, meeting: MaseMeeting) -> None:
    """Its record has the restricted part again, and the mother still sits there."""
    client, url = wall(cast, meeting), reverse("mase:meeting", args=[meeting.pk])
    assert SAID in client.get(url).content.decode()
    end_elsewhere(cast, meeting)
    told = client.get(reverse("mase:live", args=[meeting.pk])).json()
    assert (told["state"], told["sight"]) == ("ended", "nothing")
    page = client.get(url).content.decode()
    assert "The meeting is over" in page
    assert "Not shown to the room any more" in page
    assert 'data-sight="nothing"' in page
    hidden = (*whatever_tells_of(cast, meeting), "A silver car")
    assert [words for words in hidden if words in page] == []
    assert "A silver car" in signed_in(cast, "manager").get(url).content.decode(), "on the laptop it stands"


def test_no_page_of_a_meeting_that_has_ended_is_on_its_wall(cast: Cast, meeting: MaseMeeting) -> None:
    client = wall(cast, meeting)
    urls = {name: address_of(cast, meeting, name) for name in NAMES}
    end_elsewhere(cast, meeting)
    nothing = (*whatever_tells_of(cast, meeting), "A silver car")
    for name, url in urls.items():
        answers = [client.get(url, follow=True)]
        if name != "projector":  # its post is the way off the wall
            sent = {"on": "yes", "whole": "1", "to": "end", "text": "Typed."}
            answers.append(client.post(url, sent, follow=True))
        for answer in answers:
            assert answer.status_code < 500
            page = answer.content.decode()
            assert [words for words in nothing if words in page] == [], (name, answer.redirect_chain)
    assert "The meeting is over" in client.get(urls["meeting"]).content.decode()


def test_every_other_page_leads_back_until_the_chair_says_that_nobody_sees_it(
    cast: Cast, meeting: MaseMeeting
) -> None:
    client, url = wall(cast, meeting), reverse("mase:meeting", args=[meeting.pk])
    others = [reverse(name) for name in ("cases:list", "home", "mase:actions", "jobs:notifications")]
    end_elsewhere(cast, meeting)
    assert {client.get(other).headers["Location"] for other in others} == {url}
    page = client.post(reverse("mase:projector", args=[meeting.pk]), {"on": "no"}, follow=True)
    assert "A silver car" in page.content.decode()
    assert {client.get(other).status_code for other in others} == {200}
    client.post(reverse("mase:projector", args=[meeting.pk]), {"on": "yes"})
    assert "A silver car" in client.get(url).content.decode(), "what is over is shown to no room anew"


def test_who_is_left_out_of_its_minutes_finds_their_wall_dark_and_their_way_off_it(
    cast: Cast, meeting: MaseMeeting
) -> None:
    """Whoever ran the meeting and runs none any more: not even who was asked and came is on their wall."""
    client, url = signed_in(cast, "health"), reverse("mase:meeting", args=[meeting.pk])
    session = client.session
    session[PROJECTING] = str(meeting.pk)
    session.save()
    end_elsewhere(cast, meeting)
    LeftOut.objects.create(
        meeting=meeting,
        person=cast.health,
        agency=cast.agency("health"),
        reason="Knows her.",
        by=cast.manager,
    )
    page = client.get(url).content.decode()
    own = cast.health.full_name  # who is signed in stands in the head of every page
    assert [words for words in whatever_tells_of(cast, meeting) if words in page and words != own] == []
    assert cast.manager.full_name not in page
    page = client.post(reverse("mase:projector", args=[meeting.pk]), {"on": "no"}, follow=True)
    assert "What came of it" in page.content.decode()


# ------------------------------------------------------------------------------------------ no word is lost


@pytest.mark.parametrize("live", [False, True])
def test_words_typed_for_professionals_are_saved_when_the_family_came_in_meanwhile(
    cast: Cast, meeting: MaseMeeting, live: bool
) -> None:
    item = meeting.agenda.get(code="people-places")
    own = meeting.restricted_information.get(agency=cast.agency("health"))
    attendance.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    headers: dict[str, Any] = {"HX-Request": "true"} if live else {}
    for person, kind, row, name in (
        ("manager", "notes", item, "notes"),
        ("health", "restricted", own, "text"),
    ):
        part, typed = part_id(kind, row.pk), "A silver car at the arcade."
        sent = {f"{part}-{name}": typed, f"{part}-version": str(row.version)}
        url = reverse("mase:section", args=[meeting.pk, kind, row.pk])
        answer = signed_in(cast, person).post(url, sent, headers=headers, follow=True)
        assert answer.status_code == 200
        assert "Saved" in answer.content.decode()
        assert typed not in answer.content.decode()
        row.refresh_from_db()
        assert getattr(row, name) == typed
        again = signed_in(cast, person).post(url, sent, headers=headers, follow=True).content.decode()
        assert typed not in again


def test_where_another_saved_first_the_words_are_kept_and_shown_when_the_part_is(
    cast: Cast, meeting: MaseMeeting
) -> None:
    item = meeting.agenda.get(code="people-places")
    sections.save_notes(item=item, notes="Theirs.", edit=sections.Edit(item.version), by=cast.manager)
    attendance.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    client, part = signed_in(cast, "manager"), part_id("notes", item.pk)
    sent = {f"{part}-notes": "Mine, and longer.", f"{part}-version": "1"}
    url = reverse("mase:section", args=[meeting.pk, "notes", item.pk])
    page = client.post(url, sent, follow=True).content.decode()
    assert "Your text is kept for you" in page
    assert "Theirs." not in page
    assert "Mine" not in page
    attendance.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
    page = client.get(reverse("mase:meeting", args=[meeting.pk])).content.decode()
    assert "Mine, and longer." in page
    assert "Theirs." in page


def test_an_answer_to_the_point_for_professionals_is_saved_out_of_sight(
    cast: Cast, meeting: MaseMeeting
) -> None:
    met = {each.code: decision.Point(True) for each in codes("step-down")}
    decision.check_step_down(meeting=meeting, answers=met, by=cast.manager)
    Case.objects.filter(pk=meeting.case_id).update(category=meeting.case.category + 1)
    decided = decision.Decided(meeting.case.category, "H1", "Nothing new.")  # type: ignore[arg-type]
    decision.save_decision(meeting=meeting, decided=decided, edit=sections.Edit(0), by=cast.manager)
    attendance.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    part, url = (
        part_id("step-down", meeting.pk),
        reverse("mase:section", args=[meeting.pk, "step-down", meeting.pk]),
    )
    sent = {f"{part}-met_{code}": "yes" for code in met}
    sent |= {f"{part}-met_INTELLIGENCE": "no", f"{part}-why_INTELLIGENCE": "A man is watched."}
    page = signed_in(cast, "manager").post(url, sent, follow=True).content.decode()
    assert "A man is watched." not in page
    assert meeting.step_down_points.get(code="INTELLIGENCE").why == "A man is watched."


def test_nobody_else_writes_out_of_sight(cast: Cast, meeting: MaseMeeting) -> None:
    item = meeting.agenda.get(code="people-places")
    part, url = part_id("notes", item.pk), reverse("mase:section", args=[meeting.pk, "notes", item.pk])
    sent = {f"{part}-notes": "Words.", f"{part}-version": str(item.version)}
    for family in (False, True):
        attendance.set_family_in_room(meeting=meeting, present=family, by=cast.manager)
        for person in ("health", "outsider", "practitioner"):
            with context.request():
                chairs = gate.can(cast.people[person], Permission.MEETING_CHAIR, meeting)
            assert not chairs
            assert signed_in(cast, person).post(url, sent).status_code in (403, 404), person
    strange = reverse("mase:section", args=[meeting.pk, "notes", new_key()])
    assert signed_in(cast, "manager").post(strange, sent).status_code == 404
    item.refresh_from_db()
    assert item.notes == ""
    assert not TextSetAside.objects.exists()
