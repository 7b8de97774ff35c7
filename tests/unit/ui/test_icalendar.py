"""A meeting's calendar file, read back as RFC 5545 says: lines, folding, escaping, times."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cse_portal.reference.working_days import LONDON
from cse_portal.ui.icalendar import LONGEST, CalendarEvent, calendar_file, escaped, folded

NOON = dt.datetime(2026, 11, 25, 12, 0, tzinfo=LONDON)


def event(**changes: object) -> CalendarEvent:
    given: dict[str, object] = {
        "uid": "a-key", "starts_at": NOON, "minutes": 90, "summary": "Meeting - sign in to the portal", "sequence": 1,
        "stamped_at": NOON, "organiser": "portal@example.org", "attendee": "nurse@example.org",
    }  # fmt: skip
    return CalendarEvent(**{**given, **changes})  # type: ignore[arg-type]


def read(file: str) -> dict[str, str]:
    """The properties of the file, unfolded and unescaped; it fails where a calendar would."""
    assert file.endswith("\r\n")
    assert "\n" not in file.replace("\r\n", "")
    for line in file.split("\r\n"):
        assert len(line.encode()) <= LONGEST
    lines = file.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VEVENT", "END:VCALENDAR"]
    found = {}
    for line in lines:
        name, _, value = line.partition(":")
        assert name.split(";")[0].replace("-", "").isalpha()
        if name not in ("BEGIN", "END"):
            assert name not in found
            found[name.split(";")[0]] = unescaped(value)
    return found


def unescaped(value: str) -> str:
    plain, characters = "", iter(value)
    for character in characters:
        if character == "\\":
            following = next(characters)
            plain += "\n" if following in "nN" else following
        else:
            plain += character
    return plain


def test_what_a_calendar_reads() -> None:
    found = read(calendar_file(event()))
    assert found["METHOD"] == "REQUEST"
    assert found["STATUS"] == "CONFIRMED"
    assert (found["DTSTART"], found["DTEND"]) == ("20261125T120000Z", "20261125T133000Z")
    assert found["SUMMARY"] == "Meeting - sign in to the portal"
    assert found["ORGANIZER"] == "mailto:portal@example.org"
    assert found["ATTENDEE"] == "mailto:nurse@example.org"


def test_a_cancelled_one_takes_itself_out() -> None:
    found = read(calendar_file(event(cancelled=True, sequence=7)))
    assert (found["METHOD"], found["STATUS"], found["SEQUENCE"]) == ("CANCEL", "CANCELLED", "7")


@pytest.mark.parametrize(
    ("starts_at", "utc"),
    [
        # the clocks go back on 25 October 2026, and forward on 28 March 2027
        (dt.datetime(2026, 10, 24, 10, 0, tzinfo=LONDON), "20261024T090000Z"),
        (dt.datetime(2026, 10, 26, 10, 0, tzinfo=LONDON), "20261026T100000Z"),
        (dt.datetime(2027, 3, 26, 10, 0, tzinfo=LONDON), "20270326T100000Z"),
        (dt.datetime(2027, 3, 29, 10, 0, tzinfo=LONDON), "20270329T090000Z"),
    ],
)
def test_ten_in_london_is_ten_in_summer_and_in_winter(starts_at: dt.datetime, utc: str) -> None:
    assert read(calendar_file(event(starts_at=starts_at)))["DTSTART"] == utc


@given(st.text())
def test_any_words_come_back_and_begin_no_line_of_their_own(words: str) -> None:
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(each for each in lines if each == "\n" or (each >= " " and each != "\x7f"))
    found = read(calendar_file(event(summary=words)))
    assert found["SUMMARY"] == kept


@given(st.text(alphabet=st.characters(blacklist_characters="\r\n", blacklist_categories=["Cs"])))
def test_a_folded_line_unfolds_to_itself_whatever_its_letters(line: str) -> None:
    parts = folded(line).split("\r\n")
    assert all(len(part.encode()) <= LONGEST for part in parts)
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line


def test_an_address_cannot_bring_a_line_with_it() -> None:
    found = read(calendar_file(event(attendee="nurse@example.org\r\nSUMMARY:Amara")))
    assert found["SUMMARY"] == "Meeting - sign in to the portal"
    assert escaped("a,b;c\\d\ne") == "a\\,b\\;c\\\\d\\ne"
