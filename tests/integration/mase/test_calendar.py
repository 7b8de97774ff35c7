"""The calendar of meetings: what stands on which day, for whom, and what an odd address shows."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from cases.models import Case
from mase.choices import MeetingState
from mase.models import MaseMeeting
from mase.presenters.calendar import FIRST, LAST, calendar_page, span_of
from mase.selectors.measures import meetings_this_week
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.meetings import make_meeting

pytestmark = pytest.mark.django_db
CHRISTMAS = "/meetings/calendar/?show=month&day=2026-12-10"


def page(cast: Cast, key: str, address: str) -> str:
    """The calendar as this person reads it."""
    client = Client()
    client.force_login(getattr(cast, key))
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def on(cast: Cast, when: str, case: Case | None = None) -> MaseMeeting:
    """A meeting at this time; to write it there, nothing but the time is changed."""
    meeting = make_meeting(cast, case or make_case(cast))
    meeting.scheduled_for = timezone.make_aware(dt.datetime.fromisoformat(when))
    meeting.save()
    return meeting


def test_a_meeting_stands_on_its_day_with_what_a_list_says_of_it(cast: Cast) -> None:
    case = make_case(cast, child=make_child(given_name="Amara", family_name="Testley"))
    meeting = on(cast, "2026-12-10 14:15", case)
    shown = calendar_page(span_of("month", "2026-12-10"), [meeting])
    (day,) = [day for week in shown.weeks for day in week.days if day.entries]
    assert (day.on, day.entries[0].time) == (dt.date(2026, 12, 10), "2:15pm")
    text = page(cast, "manager", CHRISTMAS)
    for words in ("Amara Testley", case.reference, "Initial MASE", meeting.chair.full_name, meeting.place):
        assert words in text, words


def test_only_what_one_may_see(cast: Cast) -> None:
    case = make_case(cast, child=make_child(given_name="Amara", family_name="Testley"))
    on(cast, "2026-12-10 14:00", case)
    for key in ("outsider", "duty"):
        text = page(cast, key, CHRISTMAS)
        assert case.reference not in text
        assert "Testley" not in text
        assert "0 meetings of the cases you may see" in text


def test_the_printed_head_names_no_child(cast: Cast) -> None:
    on(
        cast,
        "2026-12-10 14:00",
        make_case(cast, child=make_child(given_name="Amara", family_name="Testley")),
    )
    head = page(cast, "manager", CHRISTMAS).split("<body")[0]
    assert "December 2026" in head
    assert "Testley" not in head


def test_bank_holidays_are_marked_and_named(cast: Cast) -> None:
    text = page(cast, "manager", CHRISTMAS)
    assert "Christmas Day" in text
    assert "Boxing Day (substitute day)" in text
    assert "Good Friday" not in text


def test_a_cancelled_meeting_is_left_out(cast: Cast) -> None:
    meeting = on(cast, "2026-12-10 14:00")
    meeting.state, meeting.cancelled_at = MeetingState.CANCELLED, timezone.now()
    meeting.cancelled_by, meeting.cancelled_reason = cast.manager, "Snow"
    meeting.save()
    assert "0 meetings of the cases you may see" in page(cast, "manager", CHRISTMAS)


def test_a_late_evening_in_summer_is_not_the_next_day(cast: Cast) -> None:
    on(cast, "2026-07-31 23:30")
    assert "1 meeting of the cases" in page(cast, "manager", "/meetings/calendar/?show=month&day=2026-07-01")
    assert "0 meetings of the cases" in page(cast, "manager", "/meetings/calendar/?show=month&day=2026-08-01")


def test_this_week_holds_as_many_as_the_tile_counts(cast: Cast) -> None:
    monday = timezone.localdate() - dt.timedelta(days=timezone.localdate().weekday())
    for days in (-1, 0, 6, 7):
        on(cast, f"{monday + dt.timedelta(days=days)} 10:00")
    assert meetings_this_week(cast.manager) == 2
    text = page(cast, "manager", f"/meetings/calendar/?show=week&day={timezone.localdate()}")
    assert "2 meetings of the cases you may see" in text


@pytest.mark.parametrize(
    "day", ["", "yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "2026-12-10T09:00", "\x00"]
)
@pytest.mark.parametrize("show", ["", "month", "week", "year", "🙂"])
def test_an_odd_address_shows_today(cast: Cast, show: str, day: str) -> None:
    client = Client()
    client.force_login(cast.manager)
    answer = client.get("/meetings/calendar/", {"show": show, "day": day})
    assert answer.status_code == 200
    shown = answer.context["calendar"].span
    assert shown.first <= timezone.localdate() <= shown.last


@pytest.mark.parametrize("show", ["week", "month"])
@pytest.mark.parametrize(
    "day", [FIRST, LAST, dt.date(2026, 12, 31), dt.date(2024, 2, 29), dt.date(2027, 3, 1)]
)
def test_weeks_are_whole_and_one_walks_from_each_to_the_next(show: str, day: dt.date) -> None:
    span = span_of(show, day.isoformat())
    shown = calendar_page(span, [])
    assert span.first <= day <= span.last
    assert all(len(week.days) == 7 and week.days[0].on.weekday() == 0 for week in shown.weeks)
    assert [day.on for week in shown.weeks for day in week.days if day.within][0] == span.first
    if shown.following[0]:
        following = span_of(show, shown.following[0].split("day=")[1])
        assert following.first == span.last + dt.timedelta(days=1)
        assert shown.following[1] == following.title
