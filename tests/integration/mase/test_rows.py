"""Tables of a meeting that two fill in at once: each saves its own rows, and no word is dropped without being told."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cse_portal.drafts.models import Draft
from cse_portal.keys import new_key
from cse_portal.ui.presenters import display_date
from mase.choices import AttendanceCode
from mase.forms.meeting import section_form
from mase.forms.table import RowsForm
from mase.models import DangerStatement, MaseMeeting, ScaleScore
from mase.presenters.minutes import danger as in_minutes
from mase.presenters.scale import spread
from mase.selectors.checks import latest_review
from mase.selectors.presence import part_id
from mase.selectors.record import record_for
from mase.services import attendance, decision, ending
from mase.services.safety_map import Danger, Score, add_danger, score
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import everyone_attends, start_meeting, write_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(cast: Cast) -> MaseMeeting:
    """Everybody is there, and one danger waits for its numbers."""
    running = start_meeting(cast, make_case(cast))
    everyone_attends(running, cast.manager)
    add_danger(
        meeting=running,
        key=new_key(),
        danger=Danger("She may be driven away.", "Home by ten."),
        by=cast.manager,
    )
    return MaseMeeting.objects.get(pk=running.pk)


def shown(cast: Cast, meeting: MaseMeeting, kind: str, key: Any) -> dict[str, str]:
    """What a page that is drawn now would post without a change."""
    form = section_form(record_for(cast.manager, MaseMeeting.objects.get(pk=meeting.pk)), (kind, key))
    assert isinstance(form, RowsForm)
    return {form.add_prefix(name): str(form[name].value() or "") for name in form.fields}


def posted(client: Client, meeting: MaseMeeting, kind: str, key: Any, typed: dict[str, str]) -> str:
    page = client.post(f"/meetings/{meeting.pk}/parts/{kind}/{key}/", typed, headers={"HX-Request": "true"})
    assert page.status_code == 200
    return page.content.decode()


def seats(meeting: MaseMeeting, danger: DangerStatement) -> tuple[Any, Any]:
    """The health's seat and the police's."""
    first, second = (meeting.invitations.get(agency__code=code, person=None) for code in ("health", "police"))
    return first, second


def test_two_windows_give_numbers_and_neither_takes_the_others_away(cast: Cast, meeting: MaseMeeting) -> None:
    danger = meeting.dangers.get()
    health, police = seats(meeting, danger)
    one, two = shown(cast, meeting, "scale", danger.pk), shown(cast, meeting, "scale", danger.pk)
    prefix, client = part_id("scale", danger.pk), signed_in(cast, "manager")
    one |= {f"{prefix}-value_{health.pk.hex}": "3", f"{prefix}-reason_{health.pk.hex}": "She does not sleep"}
    one |= {f"{prefix}-higher_{health.pk.hex}": "A week of sleep"}
    two |= {f"{prefix}-value_{police.pk.hex}": "10", f"{prefix}-reason_{police.pk.hex}": "He is in prison"}
    assert "Saved" in posted(client, meeting, "scale", danger.pk, one)
    assert "Saved" in posted(client, meeting, "scale", danger.pk, two)
    kept = {each.invitation_id: (each.value, each.reason) for each in ScaleScore.objects.all()}
    assert kept == {health.pk: (3, "She does not sleep"), police.pk: (10, "He is in prison")}


def test_a_number_comes_with_its_reason_and_what_would_be_one_point_higher(
    cast: Cast, meeting: MaseMeeting
) -> None:
    danger = meeting.dangers.get()
    health, _ = seats(meeting, danger)
    prefix, client = part_id("scale", danger.pk), signed_in(cast, "manager")
    typed = shown(cast, meeting, "scale", danger.pk) | {f"{prefix}-value_{health.pk.hex}": "3"}
    told = posted(client, meeting, "scale", danger.pk, typed)
    assert "Say why this number" in told
    assert "Say what would be one point higher" in told
    assert not ScaleScore.objects.exists()
    typed |= {f"{prefix}-value_{health.pk.hex}": "10", f"{prefix}-reason_{health.pk.hex}": "He is in prison"}
    assert "Saved" in posted(client, meeting, "scale", danger.pk, typed)


def test_the_same_row_changed_twice_is_told_once_and_then_its_writers(
    cast: Cast, meeting: MaseMeeting
) -> None:
    danger = meeting.dangers.get()
    health, _ = seats(meeting, danger)
    mine = shown(cast, meeting, "scale", danger.pk)
    score(danger=danger, scores={health.pk: Score(2, "They rang", "A day without a call")}, by=cast.manager)
    prefix, client = part_id("scale", danger.pk), signed_in(cast, "manager")
    mine |= {f"{prefix}-value_{health.pk.hex}": "6", f"{prefix}-reason_{health.pk.hex}": "She sleeps"}
    mine |= {f"{prefix}-higher_{health.pk.hex}": "A week of sleep"}
    told = posted(client, meeting, "scale", danger.pk, mine)
    assert "Somebody else put “2, They rang, A day without a call” here" in told
    assert ScaleScore.objects.get().value == 2
    # The page has been told what stands there now, and saving again is a decision.
    mine[f"{prefix}-was"] = shown(cast, meeting, "scale", danger.pk)[f"{prefix}-was"]
    assert "Saved" in posted(client, meeting, "scale", danger.pk, mine)
    assert ScaleScore.objects.get().value == 6


@pytest.mark.parametrize("was", ["", "[" * 50_000, '{"a": 1}', "null", "not json"])
def test_a_page_that_lost_what_it_showed_saves_all_the_same(
    cast: Cast, meeting: MaseMeeting, was: str
) -> None:
    danger = meeting.dangers.get()
    health, _ = seats(meeting, danger)
    prefix = part_id("scale", danger.pk)
    typed = shown(cast, meeting, "scale", danger.pk) | {
        f"{prefix}-was": was,
        f"{prefix}-value_{health.pk.hex}": "4",
        f"{prefix}-reason_{health.pk.hex}": "She sleeps",
        f"{prefix}-higher_{health.pk.hex}": "A week of sleep",
    }
    assert "Saved" in posted(signed_in(cast, "manager"), meeting, "scale", danger.pk, typed)
    assert ScaleScore.objects.get().value == 4


def test_of_two_days_for_the_review_the_second_writer_is_told_the_first(
    cast: Cast, meeting: MaseMeeting
) -> None:
    latest = latest_review(3)
    mine = shown(cast, meeting, "review", meeting.pk)
    decision.set_review(meeting=meeting, review_on=latest - dt.timedelta(days=3), by=cast.manager)
    prefix, client = part_id("review", meeting.pk), signed_in(cast, "manager")
    day = latest - dt.timedelta(days=1)
    mine |= {
        f"{prefix}-review_on_day": str(day.day),
        f"{prefix}-review_on_month": str(day.month),
        f"{prefix}-review_on_year": str(day.year),
    }
    told = posted(client, meeting, "review", meeting.pk, mine)
    assert f"Somebody else put “{display_date(latest - dt.timedelta(days=3))}” here" in told
    mine[f"{prefix}-was"] = shown(cast, meeting, "review", meeting.pk)[f"{prefix}-was"]
    assert client.post(f"/meetings/{meeting.pk}/parts/review/{meeting.pk}/", mine).status_code == 302
    meeting.refresh_from_db()
    assert meeting.review_on == day


def test_everybody_reads_who_gave_which_number_and_why(cast: Cast, meeting: MaseMeeting) -> None:
    danger = meeting.dangers.get()
    health, _ = seats(meeting, danger)
    score(
        danger=danger, scores={health.pk: Score(3, "She does not sleep", "A week at home")}, by=cast.manager
    )
    page = signed_in(cast, "practitioner").get(f"/meetings/{meeting.pk}/").content.decode()
    assert "She does not sleep" in page
    assert "One more would be: A week at home" in page


def test_words_without_an_answer_are_not_called_saved(cast: Cast, meeting: MaseMeeting) -> None:
    danger = meeting.dangers.get()
    health, _ = seats(meeting, danger)
    prefix, client = part_id("scale", danger.pk), signed_in(cast, "manager")
    typed = shown(cast, meeting, "scale", danger.pk) | {
        f"{prefix}-higher_{health.pk.hex}": "Nobody waits outside"
    }
    assert "Choose a number too" in posted(client, meeting, "scale", danger.pk, typed)
    prefix = part_id("attendance", meeting.pk)
    typed = shown(cast, meeting, "attendance", meeting.pk)
    typed |= {f"{prefix}-code_{health.pk.hex}": "", f"{prefix}-who_{health.pk.hex}": "Ola Hart"}
    assert "Say whether they came" in posted(client, meeting, "attendance", meeting.pk, typed)


def test_attendance_marks_only_what_was_changed_on_this_page(cast: Cast, meeting: MaseMeeting) -> None:
    health, police = seats(meeting, meeting.dangers.get())
    prefix = part_id("attendance", meeting.pk)
    mine = shown(cast, meeting, "attendance", meeting.pk)
    absent = attendance.Came(AttendanceCode.APOLOGIES)
    attendance.record_attendance(meeting=meeting, answers={police.pk: absent}, by=cast.manager)
    mine |= {f"{prefix}-who_{health.pk.hex}": "Ola Hart"}
    assert "Saved" in posted(signed_in(cast, "manager"), meeting, "attendance", meeting.pk, mine)
    marked = {each.pk: each.attendance for each in meeting.invitations.select_related("attendance")}
    assert marked[health.pk].who_came == "Ola Hart"
    assert marked[police.pk].code == AttendanceCode.APOLOGIES


def test_a_number_of_the_last_meeting_is_drawn_before_anybody_gives_one(
    cast: Cast, meeting: MaseMeeting
) -> None:
    danger = meeting.dangers.get()
    health, police = seats(meeting, danger)
    score(
        danger=danger,
        scores={
            health.pk: Score(2, "They rang", "One call less"),
            police.pk: Score(7, "He moved", "A month"),
        },
        by=cast.manager,
    )
    ending.end(meeting=write_all(cast, meeting), by=cast.manager)
    review = start_meeting(cast, meeting.case, agencies=[cast.agency("police")])
    record = record_for(cast.manager, review)
    carried = next(each for each in record.dangers if each.text == "She may be driven away.")
    drawn = spread(carried, record)
    assert drawn is not None
    assert sorted(row[2] for row in drawn.rows) == ["2", "7"]
    assert any("Health" in row[0] for row in drawn.rows), "whoever is not asked this time keeps their line"


def test_at_the_fourth_review_the_numbers_of_every_meeting_are_drawn(
    cast: Cast, meeting: MaseMeeting
) -> None:
    """Health comes to the first two alone, the police to all: neither line loses a number, nor does the minutes'."""
    given = [(2, 7), (3, 6), (None, 5), (None, 4)]
    for number, (of_health, of_police) in enumerate(given):
        danger = meeting.dangers.get(text="She may be driven away.")
        health, police = seats(meeting, danger)
        said = {police.pk: Score(of_police, "He moved", "A month")}
        if of_health is not None:
            said[health.pk] = Score(of_health, "They rang", "One call less")
        score(danger=danger, scores=said, by=cast.manager)
        if number < 3:
            ending.end(meeting=write_all(cast, meeting), by=cast.manager)
            meeting = start_meeting(cast, meeting.case)
    with CaptureQueriesContext(connection) as asked:
        record = record_for(cast.manager, meeting)
    assert sum('FROM "mase_dangerstatement"' in each["sql"] for each in asked) == 1, (
        "all of them in one question"
    )
    [drawn] = [each for each in record.dangers if each.text == "She may be driven away."]
    page, printed = spread(drawn, record), in_minutes(drawn).chart
    day = display_date(timezone.localdate())
    for chart in (page, printed):
        assert chart is not None
        assert chart.headers == ["Who", "Now", day, day, day]
        assert [list(row[1:]) for row in chart.rows] == [["4", "5", "6", "7"], ["–", "–", "3", "2"]]
        assert chart.svg.count('r="3"') == 4 + 1, "two before that of each, and the key"


def test_what_is_typed_as_the_meeting_ends_is_kept_for_its_author_alone(
    cast: Cast, meeting: MaseMeeting
) -> None:
    part = meeting.information.get(agency=cast.agency("health"))
    prefix = part_id("information", part.pk)
    ending.end(meeting=write_all(cast, meeting), by=cast.manager)
    client = signed_in(cast, "health")
    typed = {f"{prefix}-text": "She told the nurse.", f"{prefix}-version": "1"}
    typed["draft"] = f"meeting:{meeting.pk}:{prefix}"
    url = f"/meetings/{meeting.pk}/parts/information/{part.pk}/"
    page = client.post(url, typed, follow=True)
    assert "kept for you under Your drafts" in page.content.decode()
    assert "She told the nurse." in client.get("/drafts/").content.decode()
    assert "She told the nurse." not in signed_in(cast, "manager").get("/drafts/").content.decode()
    by_itself = client.post(url, typed, headers={"HX-Request": "true"})
    assert "kept for you" in by_itself.content.decode()
    assert Draft.objects.get().user == cast.health
