"""The pages of meetings: who may open them, what they cost, and what happens to odd input."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cases.choices import RiskCategory
from cases.services import access
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from mase.models import MaseMeeting, PlanAction
from mase.selectors.meetings import counted_to_book
from mase.services import attendance, decision, ending, sections
from mase.services.sections import Edit
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, show_intelligence
from tests.factories.intelligence import RAW, SANITISED, SECRET, make_report
from tests.factories.meetings import (
    end_meeting,
    every_point_met,
    everyone_agrees,
    make_meeting,
    start_meeting,
    write_all,
)

pytestmark = pytest.mark.django_db
NOTHING = ("outsider", "police", "analyst", "board", "privacy", "administrator")


def signed_in(cast: Cast, key: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, key))
    return client


def part(meeting: MaseMeeting, kind: str, pk: uuid.UUID) -> str:
    return f"/meetings/{meeting.pk}/parts/{kind}/{pk}/"


def posted(kind: str, pk: uuid.UUID, **values: Any) -> dict[str, Any]:
    return {f"{kind}-{pk.hex[-12:]}-{name}": value for name, value in values.items()}


def test_who_may_open_a_meeting(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast), agencies=[cast.agency("health")])
    url = f"/meetings/{meeting.pk}/"
    for key in ("manager", "practitioner", "health"):
        assert signed_in(cast, key).get(url).status_code == 200, key
    for key in NOTHING:
        for address in (url, f"{url}end/", f"{url}change/", f"{url}cancel/", f"{url}invite/"):
            assert signed_in(cast, key).get(address).status_code == 404, (key, address)
        assert signed_in(cast, key).post(f"{url}start/").status_code == 404, key
    for address in ("end/", "change/", "cancel/", "invite/"):
        assert signed_in(cast, "health").get(url + address).status_code == 403, address
    assert signed_in(cast, "practitioner").get(f"{url}end/").status_code == 403
    assert signed_in(cast, "practitioner").get(f"{url}change/").status_code == 200


def test_the_pages_of_a_case(cast: Cast) -> None:
    case = make_case(cast)
    for address in (f"/cases/{case.reference}/meetings/", f"/cases/{case.reference}/meetings/new/"):
        assert signed_in(cast, "manager").get(address).status_code == 200
        assert signed_in(cast, "outsider").get(address).status_code == 404
    assert "No meeting is ahead" in signed_in(cast, "outsider").get("/meetings/").content.decode()
    assert signed_in(cast, "analyst").get("/meetings/").status_code == 403


def test_children_without_a_meeting_are_counted_and_listed(cast: Cast) -> None:
    serious, booked = make_case(cast, category=RiskCategory.HIGH), make_case(cast, category=RiskCategory.HIGH)
    make_meeting(cast, booked)
    make_case(cast)
    html = signed_in(cast, "manager").get("/meetings/to-book/").content.decode()
    assert "1 open case" in html
    assert serious.reference in html
    assert booked.reference not in html
    assert serious.reference not in signed_in(cast, "outsider").get("/meetings/to-book/").content.decode()
    home = signed_in(cast, "manager").get("/").content.decode()
    assert "Meetings to book" in home
    assert "Meetings this week" in home


def test_the_one_review_at_the_lower_level_is_waiting_to_be_booked(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    meeting = write_all(cast, start_meeting(cast, case), category=RiskCategory.LOW)
    decision.check_step_down(meeting=meeting, answers=every_point_met(), by=cast.manager)
    everyone_agrees(meeting, cast.manager)
    ending.end(meeting=meeting, by=cast.manager)
    case.refresh_from_db()
    assert (case.category, counted_to_book(cast.manager)) == (RiskCategory.LOW, 1)
    html = signed_in(cast, "manager").get("/meetings/to-book/").content.decode()
    assert case.reference in html
    make_meeting(cast, case)
    assert counted_to_book(cast.manager) == 0


def test_reading_leaves_an_event(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    signed_in(cast, "health").get(f"/meetings/{meeting.pk}/")
    signed_in(cast, "health").get("/meetings/")
    acts = set(AuditEvent.objects.filter(actor=cast.health).values_list("action", flat=True))
    assert {Action.MEETING_VIEWED, Action.MEETINGS_LISTED} <= acts


def test_lists_cost_the_same_however_long(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(cast, "manager")
    for _ in range(4):
        make_meeting(cast, make_case(cast))
    client.get("/meetings/")
    with django_assert_max_num_queries(19):
        assert client.get("/meetings/?which=week&page=99999999999999").status_code == 200
    case = make_case(cast)
    make_meeting(cast, case)
    with django_assert_max_num_queries(19):
        client.get(f"/cases/{case.reference}/meetings/")


def test_the_meeting_view_costs_the_same_however_much_is_written(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case = make_case(cast)
    end_meeting(cast, case)
    case.refresh_from_db()
    meeting = write_all(cast, start_meeting(cast, case))
    client = signed_in(cast, "manager")
    client.get("/meetings/")
    # 17; 2 for what is on record where no report tells of the child; 5 for the transaction and who acts in it.
    with django_assert_max_num_queries(17 + 2 + 5):
        assert client.get(f"/meetings/{meeting.pk}/").status_code == 200


def test_odd_addresses_and_filters_never_fail(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    client = signed_in(cast, "manager")
    assert client.get("/meetings/?which=nonsense&page=-3").status_code == 200
    assert client.post(part(meeting, "nonsense", meeting.pk)).status_code == 404
    assert client.post(part(meeting, "notes", uuid.uuid4())).status_code == 404
    other = start_meeting(cast, make_case(cast))
    assert client.post(part(meeting, "notes", other.agenda.first().pk)).status_code == 404
    assert client.post(f"/meetings/{meeting.pk}/remove/map/{uuid.uuid4()}/").status_code == 404
    assert client.get(part(meeting, "map", meeting.pk)).status_code == 302


@pytest.mark.parametrize(
    "text", ["null\x00byte", "x" * 1_000_000, "‮right to left", "<script>alert(1)</script>"]
)
def test_odd_text_never_fails(cast: Cast, text: str) -> None:
    meeting = start_meeting(cast, make_case(cast))
    item = meeting.agenda.get(code="health")
    for headers in ({}, {"HX-Request": "true"}):
        answer = signed_in(cast, "manager").post(
            part(meeting, "notes", item.pk),
            posted("notes", item.pk, notes=text, version="x"),
            headers=headers,
        )
        assert answer.status_code in (200, 302, 409)
        assert "<script>alert" not in answer.content.decode()


def test_every_part_takes_an_empty_post(cast: Cast) -> None:
    meeting = write_all(cast, start_meeting(cast, make_case(cast)))
    danger = meeting.dangers.get()
    parts = [
        (kind, meeting.pk)
        for kind in ("attendance", "new-danger", "map", "decision", "dissent", "action", "review")
    ]
    parts += [("danger", danger.pk), ("scale", danger.pk), ("voice", meeting.voice.pk)]
    parts += [("information", meeting.information.first().pk), ("notes", meeting.agenda.first().pk)]
    for kind, pk in parts:
        for headers in ({}, {"HX-Request": "true"}):
            answer = signed_in(cast, "manager").post(part(meeting, kind, pk), {}, headers=headers)
            assert answer.status_code in (200, 302, 409), kind


def test_a_stale_save_shows_both_texts(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    row = meeting.information.get(agency=cast.agency("health"))
    sections.save_information(information=row, text="Hers, saved first.", edit=Edit(1), by=cast.health)
    client, url = signed_in(cast, "manager"), part(meeting, "information", row.pk)
    mine = posted("information", row.pk, text="Mine, typed meanwhile.", version="1")
    page = client.post(url, mine)
    assert page.status_code == 409
    for words in ("Hers, saved first.", "Mine, typed meanwhile.", "Hannah Okafor"):
        assert words in page.content.decode()
    client.post(url, {**mine, "overwrite": "2"})
    row.refresh_from_db()
    assert row.text == "Mine, typed meanwhile."


def test_a_saved_field_answers_with_the_time_and_the_new_version(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    item = meeting.agenda.get(code="health")
    answer = signed_in(cast, "manager").post(
        part(meeting, "notes", item.pk), posted("notes", item.pk, notes="GP letter.", version="1"),
        headers={"HX-Request": "true"},
    )  # fmt: skip
    html = answer.content.decode()
    assert "Saved " in html
    assert f'id="id_notes-{item.pk.hex[-12:]}-version" value="2" hx-swap-oob="true"' in html
    assert "<!doctype" not in html


def test_posting_an_action_twice_adds_one(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    due = timezone.localdate() + dt.timedelta(days=5)
    values = posted(
        "action", meeting.pk, p="PROTECT", text="Meet her.", agency=str(cast.agency("csc").pk), due_on_day=due.day,
        due_on_month=due.month, due_on_year=due.year, measure_of_success="She is met.",
    )  # fmt: skip
    token = str(uuid.uuid4())
    for _ in range(2):
        signed_in(cast, "manager").post(part(meeting, "action", meeting.pk), {**values, "form_token": token})
    assert PlanAction.objects.count() == 1


def test_ending_twice_says_so(cast: Cast) -> None:
    meeting = write_all(cast, start_meeting(cast, make_case(cast, category=RiskCategory.HIGH)))
    client, url = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/end/"
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 302
    again = client.post(url, follow=True)
    assert "already ended" in again.content.decode()


def test_graded_reports_are_read_at_the_meeting_and_never_minuted(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    access.share(
        case=case,
        to=cast.agency("police"),
        reason="Joint work",
        lawful_basis=LAWFUL_BASIS,
        by=cast.practitioner,
    )
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
    attendance.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    assert SANITISED not in manager.get(url).content.decode()
    attendance.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
    meeting.refresh_from_db()
    ending.end(meeting=meeting, by=cast.manager)
    for address in (url, f"{url}minutes/"):
        assert SANITISED not in manager.get(address).content.decode()
