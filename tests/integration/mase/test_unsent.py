"""No word that is typed on a page of a meeting is lost: not on a dark wall, not by another button, not by an end."""

import datetime as dt
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Case
from cases.services import exclusions
from mase.choices import AttendanceCode
from mase.models import MaseMeeting, PlanAction, TextSetAside
from mase.selectors.presence import part_id
from mase.services import attendance, ending
from mase.services.attendance import Came
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import end_meeting, make_meeting, start_meeting, write_all
from tests.integration.mase.whole import Typed, read, whole

pytestmark = pytest.mark.django_db
WORDS = "He waits at the gate in a grey van"
HTMX: Any = {"HX-Request": "true"}
# One answer is missing or wrong in each of these, so that it cannot be saved.
INVALID: dict[str, dict[str, str]] = {
    "action": {"text": WORDS, "p": "PURSUE", "due_on_day": "31", "due_on_month": "2"},
    "new-danger": {"text": WORDS},
    "map": {"text": WORDS, "restricted": "on"},
    "dissent": {"reason": WORDS},
    "decision": {"rationale": WORDS, "version": "0"},
    "voice": {
        "obtained": "yes",
        "heard_by": WORDS,
        "heard_on_day": "31",
        "heard_on_month": "2",
        "version": "1",
    },
    "danger": {"text": WORDS, "goal": "", "version": "1"},
    "notes": {"notes": WORDS + "x" * 20_000, "version": "1"},
    "information": {"text": WORDS + "x" * 20_000, "version": "1"},
    "restricted": {"text": WORDS + "x" * 20_000, "version": "1"},
}


@pytest.fixture
def meeting(cast: Cast) -> MaseMeeting:
    """Everything is written once; the chair and the nurse sit there."""
    row = write_all(cast, start_meeting(cast, make_case(cast), people=[cast.health]))
    PlanAction.objects.all().delete()
    away = dict.fromkeys(row.invitations.values_list("pk", flat=True), Came(AttendanceCode.ABSENT))
    seats = row.invitations.filter(person__in=(cast.manager, cast.health))
    there = dict.fromkeys(seats.values_list("pk", flat=True), Came(AttendanceCode.ATTENDED))
    attendance.record_attendance(meeting=row, answers=away | there, by=cast.manager)
    return MaseMeeting.objects.get(pk=row.pk)


def key_of(meeting: MaseMeeting, kind: str) -> Any:
    rows: dict[str, Any] = {
        "voice": meeting.voice, "danger": meeting.dangers.first(), "scale": meeting.dangers.first(),
        "notes": meeting.agenda.get(code="education"), "information": meeting.information.first(),
        "restricted": meeting.restricted_information.first(),
    }  # fmt: skip
    return rows.get(kind, meeting).pk


def url_of(meeting: MaseMeeting, kind: str) -> str:
    return reverse("mase:section", args=[meeting.pk, kind, key_of(meeting, kind)])


def named(meeting: MaseMeeting, kind: str, typed: dict[str, str]) -> dict[str, str]:
    part = part_id(kind, key_of(meeting, kind))
    return {f"{part}-{name}": value for name, value in typed.items()}


def page_of(client: Client, meeting: MaseMeeting) -> str:
    answer = client.get(reverse("mase:meeting", args=[meeting.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def box(page: str, meeting: MaseMeeting, kind: str, name: str) -> str:
    """What stands in one box of the page."""
    return whole(page)[f"{part_id(kind, key_of(meeting, kind))}-{name}"][0]


# ------------------------------------------------------------------------------------------ the dark wall


def dark_wall(cast: Cast, meeting: MaseMeeting) -> Client:
    """The chair's screen is shown to the room, and the nurse, who sits there, may not know of the child any more."""
    client = signed_in(cast, "manager")
    client.post(reverse("mase:projector", args=[meeting.pk]), {"on": "yes"})
    exclusions.exclude(case=meeting.case, user=cast.health, reason="Knows the family", by=cast.privacy)
    assert "This is not shown to this room" in page_of(client, meeting)
    return client


@pytest.mark.parametrize("how", ["a button", "a script's save", "a script takes it away"])
@pytest.mark.parametrize("kind", sorted(INVALID))
def test_what_cannot_be_saved_on_a_wall_gone_dark_is_kept_and_not_shown_to_the_room(
    cast: Cast, meeting: MaseMeeting, kind: str, how: str
) -> None:
    client, typed = dark_wall(cast, meeting), named(meeting, kind, INVALID[kind])
    if how == "a script takes it away":
        typed["unsent" if kind in ("action", "new-danger", "map", "dissent") else "leaving"] = "1"
    headers = {} if how == "a button" else HTMX
    answer = client.post(url_of(meeting, kind), typed, headers=headers, follow=True)
    assert answer.status_code == 200
    assert WORDS not in answer.content.decode()
    assert meeting.case.reference not in answer.content.decode()
    kept = TextSetAside.objects.get(part=kind)
    assert (kept.by, kept.settled_at) == (cast.manager, None)
    own = page_of(signed_in(cast, "manager"), meeting)
    for name, value in INVALID[kind].items():
        assert box(own, meeting, kind, name) == value, name
    assert "What you typed here is kept for you" in own
    assert WORDS not in page_of(client, meeting)
    assert WORDS not in page_of(signed_in(cast, "police"), meeting)


def test_what_is_valid_is_saved_on_a_dark_wall(cast: Cast, meeting: MaseMeeting) -> None:
    client = dark_wall(cast, meeting)
    typed = named(meeting, "new-danger", {"text": WORDS, "goal": "Home by ten."})
    page = client.post(url_of(meeting, "new-danger"), typed, follow=True).content.decode()
    assert "Saved. This screen may not show it just now." in page
    assert meeting.dangers.filter(text=WORDS).exists()
    assert not TextSetAside.objects.exists()


def test_a_form_that_has_a_button_only_is_not_sent_unasked(cast: Cast, meeting: MaseMeeting) -> None:
    typed = named(meeting, "new-danger", {"text": WORDS, "goal": "Home by ten."}) | {"unsent": "1"}
    signed_in(cast, "manager").post(url_of(meeting, "new-danger"), typed, headers=HTMX)
    assert not meeting.dangers.filter(text=WORDS).exists()
    assert TextSetAside.objects.filter(part="new-danger").count() == 1


def test_what_is_kept_is_never_on_a_wall_nor_what_is_for_professionals_while_the_family_is_there(
    cast: Cast, meeting: MaseMeeting
) -> None:
    client = signed_in(cast, "manager")
    secret, open_ = "Search the flat on Friday.", "Ring the school."
    for text, apart in ((open_, {}), (secret, {"restricted": "on"})):
        typed = named(meeting, "map", {"text": text, **apart}) | {"unsent": "1", "form_token": ""}
        assert client.post(url_of(meeting, "map"), typed, headers=HTMX).status_code == 200
    assert secret in page_of(client, meeting)
    attendance.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    page = page_of(client, meeting)
    assert secret not in page
    assert open_ in page
    assert "stands on this page again when its part does" in page
    attendance.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
    client.post(reverse("mase:projector", args=[meeting.pk]), {"on": "yes"})
    page = page_of(client, meeting)
    assert secret not in page
    assert open_ not in page
    assert "when this screen is not shown to the room any more" in page


# ------------------------------------------------------------------------------------------ without a script


def press(client: Client, meeting: MaseMeeting, button: str, typed: Typed, **more: str) -> HttpResponse:
    """Press the button that goes there, with everything that stands on the page."""
    sent: Any = {**typed, **more}
    return client.post(button, sent, follow=True)  # type: ignore[return-value]


def test_a_page_on_which_nobody_typed_has_nothing_to_keep(cast: Cast, meeting: MaseMeeting) -> None:
    """Whatever stands in its boxes: every part of a page that is written from top to bottom."""
    client = signed_in(cast, "manager")
    sent = whole(page_of(client, meeting))
    assert len([name for name in sent if name.endswith("-drawn")]) > 20
    assert press(client, meeting, reverse("mase:words", args=[meeting.pk]), sent).status_code == 200
    assert not TextSetAside.objects.exists()


BUTTONS = ("agenda-item", "family", "seat", "projector", "one-item", "words", "notes", "action")


@pytest.mark.parametrize("button", BUTTONS)
def test_another_button_keeps_what_is_typed_in_every_other_part(
    cast: Cast, meeting: MaseMeeting, button: str
) -> None:
    client = signed_in(cast, "manager")
    sent = whole(page_of(client, meeting))
    notes, action = part_id("notes", key_of(meeting, "notes")), part_id("action", meeting.pk)
    typed = {f"{notes}-notes": "She is back in lessons.", f"{action}-text": WORDS, f"{action}-due_on_day": "3",
             f"{action}-p": "PURSUE"}  # fmt: skip
    for name, value in typed.items():
        sent[name] = [value]
    item = meeting.agenda.get(code="voice")
    where = {
        "agenda-item": (reverse("mase:agenda-item", args=[meeting.pk, item.pk]), {"do": "here"}),
        "notes": (url_of(meeting, "notes"), {}),
        "action": (url_of(meeting, "action"), {}),
        "family": (reverse("mase:family", args=[meeting.pk]), {"present": "yes"}),
        "seat": (reverse("mase:seat", args=[meeting.pk, meeting.invitations.all()[0].pk]), {"present": "no"}),
        "projector": (reverse("mase:projector", args=[meeting.pk]), {"on": "yes"}),
        "one-item": (reverse("mase:one-item", args=[meeting.pk]), {"one": "no"}),
        "words": (reverse("mase:words", args=[meeting.pk]), {"to": "end"}),
    }[button]
    answer = press(client, meeting, where[0], sent, **where[1])
    assert answer.status_code == 200
    parts = {"notes", "action"} - {button}
    assert set(TextSetAside.objects.values_list("part", flat=True)) == parts
    attendance.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
    page = answer.content.decode() if button == "action" else page_of(signed_in(cast, "manager"), meeting)
    after = whole(page)
    for name, value in typed.items():
        assert after[name] == [value], name
    assert WORDS not in page_of(signed_in(cast, "police"), meeting)


def test_what_was_kept_goes_once_it_is_saved_and_makes_one_row(cast: Cast, meeting: MaseMeeting) -> None:
    client, action = signed_in(cast, "manager"), part_id("action", meeting.pk)
    sent = whole(page_of(client, meeting))
    sent[f"{action}-text"] = [WORDS]
    for _ in range(2):  # twice, and it is kept once
        press(client, meeting, reverse("mase:one-item", args=[meeting.pk]), sent, one="no")
    assert TextSetAside.objects.count() == 1
    sent = whole(page_of(client, meeting))
    assert sent[f"{action}-text"] == [WORDS]
    day = timezone.localdate() + dt.timedelta(days=10)
    rest = {
        "p": "PROTECT", "agency": str(cast.agency("health").pk), "measure_of_success": "It is written down.",
        "due_on_day": str(day.day), "due_on_month": str(day.month), "due_on_year": str(day.year),
    }  # fmt: skip
    for name, value in rest.items():
        sent[f"{action}-{name}"] = [value]
    page = press(client, meeting, url_of(meeting, "action"), sent).content.decode()
    assert "Saved." in page
    assert PlanAction.objects.get().text == WORDS
    assert not TextSetAside.objects.exists()
    assert "Not saved yet" not in page


def test_its_writer_may_throw_it_away_and_nothing_else_goes_with_it(cast: Cast, meeting: MaseMeeting) -> None:
    client = signed_in(cast, "manager")
    for kind in ("action", "map"):
        typed = named(meeting, kind, INVALID[kind]) | {"unsent": "1"}
        client.post(url_of(meeting, kind), typed, headers=HTMX)
    button = next(
        each for each in read(page_of(client, meeting)).buttons
        if "/aside/" in each["formaction"] and each["value"] == "map"
    )  # fmt: skip
    client.post(button["formaction"], {"kind": button["value"]})
    page = page_of(client, meeting)
    assert box(page, meeting, "map", "text") == ""
    assert box(page, meeting, "action", "text") == WORDS


def test_two_windows_keep_a_text_each(cast: Cast, meeting: MaseMeeting) -> None:
    client, part = signed_in(cast, "manager"), part_id("map", meeting.pk)
    one, two = whole(page_of(client, meeting)), whole(page_of(client, meeting))
    one[f"{part}-text"], two[f"{part}-text"] = ["Said in the first window."], [WORDS]
    for sent in (one, two):
        press(client, meeting, reverse("mase:one-item", args=[meeting.pk]), sent, one="no")
    page = page_of(client, meeting)
    assert box(page, meeting, "map", "text") == WORDS
    assert "Said in the first window." in page


def test_what_another_saved_meanwhile_is_no_text_of_ones_own(cast: Cast, meeting: MaseMeeting) -> None:
    """The box still holds what it showed, which is not what stands there now."""
    client = signed_in(cast, "manager")
    sent = whole(page_of(client, meeting))
    row = meeting.information.get(agency=cast.agency("health"))
    part, url = (
        part_id("information", row.pk),
        reverse("mase:section", args=[meeting.pk, "information", row.pk]),
    )
    theirs = {f"{part}-text": "Hers.", f"{part}-version": str(row.version)}
    assert signed_in(cast, "health").post(url, theirs).status_code == 302
    press(client, meeting, reverse("mase:one-item", args=[meeting.pk]), sent, one="no")
    assert not TextSetAside.objects.exists()
    assert whole(page_of(client, meeting))[f"{part}-text"] == ["Hers."]


def test_both_texts_of_a_decision_stand_beside_the_decision_and_nowhere_else(
    cast: Cast, meeting: MaseMeeting
) -> None:
    client, part = signed_in(cast, "manager"), part_id("decision", meeting.pk)
    typed = {
        f"{part}-category": "3",
        f"{part}-harm_status": "H2",
        f"{part}-rationale": WORDS,
        f"{part}-version": "0",
    }
    page = client.post(url_of(meeting, "decision"), typed).content.decode()
    assert page.count("Your text that was not saved") == 1
    page = page_of(client, meeting)
    assert page.count("Your text that was not saved") == 1
    assert WORDS in page
    assert "Category 3" in page.split("Your text that was not saved")[1].split("</dl>")[0]


def test_a_suggestion_is_taken_onto_its_p_and_what_is_typed_stays(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    report = {
        "text": "Seen twice.",
        "suggested": "Ring the school.\nWalk home with her.",
        "version": "1",
        "send": "1",
    }
    signed_in(cast, "health").post(reverse("mase:report", args=[meeting.pk]), report)
    ending.start(meeting=meeting, by=cast.manager)
    client, part = signed_in(cast, "manager"), part_id("map", meeting.pk)
    page = page_of(client, meeting)
    sent, buttons = (
        whole(page),
        [each for each in read(page).buttons if "/suggestions/" in each["formaction"]],
    )
    sent[f"{part}-text"] = [WORDS]
    first = buttons[0]["formaction"]
    sent[f"{first.split('/')[-3]}-choice"] = ["PREVENT"]
    press(client, meeting, first, sent)
    taken = PlanAction.objects.get()
    assert (taken.text, taken.p) == ("Ring the school.", "PREVENT")
    assert box(page_of(client, meeting), meeting, "map", "text") == WORDS


# ------------------------------------------------------------------------------------------ refused, or over


def test_a_button_that_is_refused_gives_everything_typed_back_and_nothing_that_others_wrote(
    cast: Cast, meeting: MaseMeeting
) -> None:
    client = signed_in(cast, "manager")
    row = meeting.information.get(agency=cast.agency("health"))
    part, url = (
        part_id("information", row.pk),
        reverse("mase:section", args=[meeting.pk, "information", row.pk]),
    )
    theirs = {f"{part}-text": "Words of the nurse.", f"{part}-version": str(row.version)}
    signed_in(cast, "health").post(url, theirs)
    sent = whole(page_of(client, meeting))
    assert ["Words of the nurse."] in sent.values()
    sent[f"{part_id('map', meeting.pk)}-text"] = [WORDS]
    exclusions.exclude(case=meeting.case, user=cast.manager, reason="Knows her", by=cast.privacy)
    answer = press(client, meeting, reverse("mase:family", args=[meeting.pk]), sent, present="yes")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert WORDS in page
    assert "Words of the nurse." not in page
    assert "She goes home by bus." not in page


def test_who_may_not_write_any_more_is_given_back_what_they_typed(cast: Cast, meeting: MaseMeeting) -> None:
    """Their screen still has the form; the meeting they still see."""
    client = signed_in(cast, "manager")
    sent = whole(page_of(client, meeting))
    sent[f"{part_id('map', meeting.pk)}-text"] = [WORDS]
    nurse = signed_in(cast, "health")
    page_of(nurse, meeting)
    answer = nurse.post(reverse("mase:one-item", args=[meeting.pk]), {**sent, "one": "no"})
    assert answer.status_code == 403
    assert WORDS in answer.content.decode()
    invalid = named(meeting, "dissent", {"reason": WORDS})
    answer = nurse.post(url_of(meeting, "dissent"), invalid)
    assert answer.status_code == 403
    assert WORDS in answer.content.decode()
    assert not TextSetAside.objects.exists()


@pytest.mark.parametrize("kind", ["action", "new-danger", "notes", "voice"])
def test_what_cannot_be_saved_and_comes_after_the_end_is_kept_on_the_page(
    cast: Cast, meeting: MaseMeeting, kind: str
) -> None:
    client, url = signed_in(cast, "manager"), url_of(meeting, kind)
    typed = named(meeting, kind, INVALID[kind])
    MaseMeeting.objects.filter(pk=meeting.pk).update(
        state="ended", ended_at=timezone.now(), ended_by=cast.manager
    )
    page = client.post(url, typed, follow=True).content.decode()
    assert "Your text that was not saved" in page
    assert WORDS in page
    assert "PURSUE, 31, 2" in page or kind != "action"


def test_a_page_typed_into_as_the_meeting_ended_is_kept_whichever_button_is_pressed(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    client = signed_in(cast, "manager")
    sent = whole(page_of(client, meeting))
    part = part_id("notes", key_of(meeting, "notes"))
    sent[f"{part}-notes"], sent[f"{part_id('map', meeting.pk)}-text"] = ["She is back."], [WORDS]
    ending.end(meeting=write_all(cast, meeting), by=cast.manager)
    item = meeting.agenda.get(code="voice")
    url = reverse("mase:agenda-item", args=[meeting.pk, item.pk])
    page = press(client, meeting, url, sent, do="here").content.decode()
    assert "She is back." in page
    assert WORDS in page
    button = next(each for each in read(page).buttons if each.get("value") == "map")
    client.post(button["formaction"], {"kind": "map"})
    page = page_of(client, meeting)
    assert WORDS not in page
    assert "She is back." in page


def test_ended_twice_the_second_ones_reason_is_kept(cast: Cast) -> None:
    meeting = end_meeting(cast, make_case(cast))
    case = Case.objects.get(pk=meeting.case_id)
    row = write_all(cast, start_meeting(cast, case))
    absent = dict.fromkeys(row.invitations.values_list("pk", flat=True), Came(AttendanceCode.ABSENT))
    attendance.record_attendance(meeting=row, answers=absent, by=cast.manager)
    url = reverse("mase:end", args=[row.pk])
    first, second = signed_in(cast, "manager"), signed_in(cast, "manager")
    assert second.get(url).status_code == 200
    assert first.post(url, {"no_quorum_reason": "The reports were sent."}).status_code == 302
    page = second.post(url, {"no_quorum_reason": WORDS}, follow=True).content.decode()
    assert "already ended" in page
    assert WORDS in page
    assert "Your text that was not saved" in page
