"""What is written in a meeting and on its pages: by whom, and what happens when two write the same part."""

import datetime as dt
import uuid
from contextlib import nullcontext
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.keys import new_key
from mase.meetings.choices import Audience
from mase.meetings.errors import ChangedMeanwhile, MeetingNotStarted, MeetingRefused
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import ChildVoice
from mase.meetings.selectors.checks import checklist
from mase.meetings.selectors.presence import part_id
from mase.meetings.selectors.record import record_of
from mase.meetings.services import decision, ending, sections
from mase.minutes.presenters.minutes import document
from mase.minutes.selectors.minutes import draft_record
from mase.plans.choices import DangerEnd, MapKind, PlanP
from mase.plans.errors import DANGER_STAYS
from mase.plans.models.safety_map import MapEntry
from mase.plans.services import plan, safety_map
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case, share_with, show_intelligence
from tests.factories.intelligence import RAW, SANITISED, SECRET, make_report
from tests.factories.meetings import bring, end_meeting, make_meeting, start_meeting, write_all

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def booked(shared_cast: Cast) -> Meeting:
    return make_meeting(shared_cast, make_case(shared_cast))


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast) -> Meeting:
    """It has only begun."""
    return start_meeting(shared_cast, make_case(shared_cast))


@pytest.fixture(scope="module")
def ended(shared_cast: Cast) -> Meeting:
    return end_meeting(shared_cast, make_case(shared_cast))


def test_an_invited_agency_writes_its_own_part_and_no_other(cast: Cast, booked: Meeting) -> None:
    meeting = booked
    saved = bring(meeting, cast.agency("health"), cast.health, new="Seen on Monday.")["new"]
    assert (saved.text, saved.version, saved.saved_by) == ("Seen on Monday.", 1, cast.health)
    with pytest.raises(NotPermitted):
        bring(meeting, cast.agency("police"), cast.health, new="No")
    with pytest.raises(NotPermitted):
        sections.save_notes(item=meeting.agenda.first(), notes="No", version=1, by=cast.health)


def test_nothing_but_information_and_voice_before_the_start(cast: Cast, booked: Meeting) -> None:
    meeting = booked
    with pytest.raises(MeetingNotStarted):
        sections.save_notes(item=meeting.agenda.first(), notes="Early", version=1, by=cast.manager)
    said = ChildVoice(obtained=False, not_obtained="MISSING")
    assert (
        sections.save_voice(voice=meeting.voice, said=said, version=1, by=cast.practitioner).obtained is False
    )
    with pytest.raises(NotPermitted):
        sections.save_voice(voice=meeting.voice, said=said, version=2, by=cast.health)


def test_the_map_and_its_scale(cast: Cast, meeting: Meeting) -> None:
    danger = safety_map.Danger("Everyone fears it happens again.", "She is seen at home every evening.")
    key = new_key()
    rows = [safety_map.add_danger(meeting=meeting, key=key, danger=danger, by=cast.manager) for _ in range(2)]
    assert rows[0] == rows[1]
    seats = [None, *meeting.invitations.all()]
    for _ in range(2):
        for number, seat in enumerate(seats):
            safety_map.score(danger=rows[0], seat=seat, value=number, by=cast.manager)
    assert list(rows[0].scores.values_list("value", flat=True)) == list(range(len(seats)))
    safety_map.score(danger=rows[0], seat=None, value=None, by=cast.manager)
    assert rows[0].scores.count() == len(seats) - 1
    entry = safety_map.add_entry(
        meeting=meeting,
        key=new_key(),
        kind=MapKind.STRENGTH,
        text="Her aunt calls every day.",
        by=cast.manager,
    )
    safety_map.remove_line(line=entry, by=cast.manager)
    assert not MapEntry.objects.exists()
    assert {each.danger_id for each in rows[0].scores.all()} <= {rows[0].pk}


@pytest.mark.parametrize(
    ("by", "whose", "allowed"),
    [
        ("health", "health", True),
        ("health", "police", False),
        ("health", "the child", False),
        ("practitioner", "the child", True),
        ("practitioner", "health", False),
        ("manager", "police", True),
        ("manager", "the child", True),
        ("outsider", "health", False),
    ],
)
def test_a_number_is_given_from_ones_own_seat_and_the_childs_by_their_worker(
    cast: Cast, meeting: Meeting, by: str, whose: str, allowed: bool
) -> None:
    said = safety_map.Danger("Everyone fears it happens again.", "She is seen at home every evening.")
    danger = safety_map.add_danger(meeting=meeting, key=new_key(), danger=said, by=cast.manager)
    seat = meeting.invitations.filter(agency__code=whose, person=None).first()
    with nullcontext() if allowed else pytest.raises((NotPermitted, NotVisible)):
        safety_map.score(danger=danger, seat=seat, value=4, by=cast.people[by])
    assert danger.scores.exists() is allowed
    if allowed:
        safety_map.explain(score=danger.scores.get(), reason="She is home by nine.", by=cast.people[by])
        assert danger.scores.get().reason == "She is home by nine."


def test_the_review_is_no_later_than_the_category_allows(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast, category=RiskCategory.HIGH))
    today = timezone.localdate()
    with pytest.raises(MeetingRefused):
        decision.set_review(meeting=meeting, review_on=today + dt.timedelta(days=29), by=cast.manager)
    decision.set_review(meeting=meeting, review_on=today + dt.timedelta(days=28), by=cast.manager)


def test_a_review_begins_with_the_dangers_of_the_meeting_before(cast: Cast, ended: Meeting) -> None:
    before, case = ended.dangers.get(), Case.objects.get(pk=ended.case_id)
    meeting = ending.start(meeting=make_meeting(cast, case), by=cast.manager)
    again = meeting.dangers.get()
    assert (again.text, again.earlier, again.goal) == (before.text, before, before.goal)
    assert [each.text for each in record_of(meeting, restricted=False).outstanding] == [
        "Meet her at the gate every day."
    ]


def test_a_danger_written_by_mistake_is_taken_off_while_nothing_rests_on_it(
    cast: Cast, meeting: Meeting
) -> None:
    wrong, right = (
        safety_map.add_danger(meeting=meeting, key=new_key(), danger=safety_map.Danger(words, "Home."), by=cast.manager)
        for words in ("She is driven to the coast.", "She is driven away.")
    )  # fmt: skip
    seat = meeting.invitations.first()
    assert seat is not None
    safety_map.score(danger=right, seat=seat, value=4, by=cast.manager)
    client, url = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/"
    page = client.get(f"{url}?item=safety-map").content.decode()
    assert f"{url}remove/danger/{wrong.pk}/" in page
    assert f"{url}remove/danger/{right.pk}/" not in page
    assert signed_in(cast, "health").post(f"{url}remove/danger/{wrong.pk}/").status_code in (403, 404)
    client.post(f"{url}remove/danger/{wrong.pk}/")
    assert list(meeting.dangers.all()) == [right]
    with pytest.raises(MeetingRefused, match=DANGER_STAYS):
        safety_map.remove_danger(danger=right, by=cast.manager)
    words = safety_map.Danger("She is filmed.", "Her phone is with her aunt.")
    again = safety_map.add_danger(meeting=meeting, key=new_key(), danger=words, by=cast.manager)
    assert again.order > right.order
    planned = plan.Agreed(
        PlanP.PROTECT, "Keep it.", cast.agency("csc"), timezone.localdate() + dt.timedelta(days=7), danger=again,
    )  # fmt: skip
    plan.add_action(meeting=meeting, key=new_key(), agreed=planned, by=cast.manager)
    with pytest.raises(MeetingRefused, match=DANGER_STAYS):
        safety_map.remove_danger(danger=again, by=cast.manager)


def test_a_carried_danger_ends_with_its_reason_and_is_carried_no_further(cast: Cast, ended: Meeting) -> None:
    case = Case.objects.get(pk=ended.case_id)
    meeting = start_meeting(cast, case)
    danger = meeting.dangers.get()
    with pytest.raises(MeetingRefused, match=DANGER_STAYS):
        safety_map.remove_danger(danger=danger, by=cast.manager)
    client, url = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/"
    section, part = f"{url}parts/danger-end/{danger.pk}/", part_id("danger-end", danger.pk)
    assert section in client.get(f"{url}?item=safety-map").content.decode()
    refused = client.post(section, {f"{part}-because": "met"}).content.decode()
    assert "Write down what the meeting saw that ends this danger" in refused
    said = {f"{part}-because": "met", f"{part}-reason": "She has come home by bus for three months."}
    assert signed_in(cast, "health").post(section, said).status_code in (403, 404)
    assert client.post(section, said).status_code == 302
    page = client.get(f"{url}?item=safety-map").content.decode()
    assert "Its safety goal is met. She has come home by bus for three months." in page
    with pytest.raises(ChangedMeanwhile):
        safety_map.end_danger(danger=danger, because=DangerEnd.WRONG, reason="It never was.", by=cast.manager)
    told = {each.code: each for each in checklist(record_of(meeting, restricted=True))}
    assert (told["SCALE"].told, told["SCALE"].holds) == (
        "Every danger statement was ended at this meeting.",
        None,
    )
    assert (told["GOALS"].told, told["GOALS"].holds) == ("Danger 1: ended, its safety goal is met.", True)
    client.post(f"{url}remove/danger-end/{danger.pk}/")
    assert not meeting.dangers.get().is_ended
    client.post(section, said)
    write_all(cast, Meeting.objects.get(pk=meeting.pk))
    ended = ending.end(meeting=meeting, by=cast.manager)
    drawn = document(draft_record(Meeting.objects.get(pk=ended.pk), Audience.PROFESSIONALS))["dangers"]
    assert any("She has come home by bus for three months." in each["row"].ended_words for each in drawn)
    case.refresh_from_db()
    review = start_meeting(cast, case)
    assert [each.earlier.text for each in review.dangers.all() if each.earlier] == [
        each.text for each in meeting.dangers.filter(ended_at=None)
    ]
    assert review.dangers.count() == meeting.dangers.count() - 1
    told = {each.code: each for each in checklist(record_of(review, restricted=True))}
    assert (told["GOALS"].told, told["GOALS"].holds) == ("", None)


def part(meeting: Meeting, kind: str, pk: uuid.UUID) -> str:
    return f"/meetings/{meeting.pk}/parts/{kind}/{pk}/"


def posted(kind: str, pk: uuid.UUID, **values: Any) -> dict[str, Any]:
    return {f"{kind}-{pk.hex[-12:]}-{name}": value for name, value in values.items()}


def test_children_without_a_meeting_are_counted_and_listed(cast: Cast, ended: Meeting) -> None:
    serious, booked = make_case(cast, category=RiskCategory.HIGH), make_case(cast, category=RiskCategory.HIGH)
    make_meeting(cast, booked)
    make_case(cast)
    html = signed_in(cast, "manager").get("/meetings/to-book/").content.decode()
    assert "2 open cases" in html
    assert serious.reference in html
    assert ended.case.reference in html, "its review is not booked"
    assert booked.reference not in html
    assert serious.reference not in signed_in(cast, "outsider").get("/meetings/to-book/").content.decode()
    home = signed_in(cast, "manager").get("/").content.decode()
    assert "meetings to book</a>" in home


def test_a_stale_save_shows_both_texts(cast: Cast, meeting: Meeting) -> None:
    item = meeting.agenda.get(code="education")
    sections.save_notes(item=item, notes="Hers, saved first.", version=1, by=cast.manager)
    client, url = signed_in(cast, "manager"), part(meeting, "notes", item.pk)
    mine = posted("notes", item.pk, notes="Mine, typed meanwhile.", version="1")
    page = client.post(url, mine)
    assert page.status_code == 409
    for words in ("Hers, saved first.", "Mine, typed meanwhile.", cast.manager.full_name):
        assert words in page.content.decode()
    client.post(url, {**mine, "overwrite": "2"})
    item.refresh_from_db()
    assert item.notes == "Mine, typed meanwhile."


def test_ending_twice_says_so(cast: Cast) -> None:
    meeting = write_all(cast, start_meeting(cast, make_case(cast, category=RiskCategory.HIGH)))
    client, url = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/end/"
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 302
    again = client.post(url, follow=True)
    assert "This meeting is over" in again.content.decode()


def test_graded_reports_are_read_at_the_meeting_and_never_minuted(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    share_with(case, cast.agency("police"), by=cast.practitioner)
    report = make_report(cast, case=case)
    meeting = write_all(cast, start_meeting(cast, case))
    url, manager = f"/meetings/{meeting.pk}/", signed_in(cast, "manager")
    assert SANITISED not in signed_in(cast, "health").get(url).content.decode()
    show_intelligence(cast, case, cast.agency("health"))
    for key in ("manager", "health"):
        html = signed_in(cast, key).get(url).content.decode()
        assert SANITISED in html, key
        assert RAW not in html, key
        assert SECRET not in html, key
    listed = AuditEvent.objects.filter(action=Action.REPORTS_LISTED, actor=cast.health).get()
    assert listed.detail == {"page": "meeting", "shown": [str(report.pk)]}
    sections.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    assert SANITISED not in manager.get(url).content.decode()
    sections.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
    meeting.refresh_from_db()
    ending.end(meeting=meeting, by=cast.manager)
    for address in (url, f"{url}minutes/"):
        assert SANITISED not in manager.get(address).content.decode()


PASTE = ("Wörter, “quoted” & <b>pasted</b> 👩‍👧.\n" * 3000)[:49_999] + "x"
BOXES = [
    ("notes", "notes", {"version": "1"}),
    ("action", "text", {"p": "PROTECT"}),
    ("new-danger", "text", {"goal": "Home by ten."}),
    ("voice", "words", {"obtained": "yes", "heard_by": "Priya Raman", "version": "1"}),
    ("word", "reason", {"word": "disagrees"}),
    ("boxes", "new", {}),
]


def place(meeting: Meeting, kind: str, cast: Cast) -> Any:
    rows: dict[str, Any] = {
        "notes": meeting.agenda.get(code="education"), "voice": meeting.voice,
        "boxes": cast.agency("health"),
    }  # fmt: skip
    return rows.get(kind, meeting).pk


def test_a_paste_of_fifty_thousand_characters_is_answered_beside_its_box_and_stays_there(
    cast: Cast, meeting: Meeting
) -> None:
    client = signed_in(cast, "manager")
    for kind, name, rest in BOXES:
        key = place(meeting, kind, cast)
        part, url = part_id(kind, key), reverse("mase:section", args=[meeting.pk, kind, key])
        typed = {f"{part}-{each}": value for each, value in {**rest, name: PASTE}.items()}
        answer = client.post(url, typed)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert escape(PASTE) in page, kind
        beside = page.split(f'id="id_{part}-{name}_error"')[1].split("</p>")[0]
        assert "Shorten this to" in beside
        assert "it has 50000" in beside
    by_itself = client.post(url, typed, headers={"HX-Request": "true"}).content.decode()
    assert "Not saved yet." in by_itself
    assert "it has 50000" in by_itself
