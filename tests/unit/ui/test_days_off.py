"""A due date on which nobody works is no error: the page says what day it is, and the next working day."""

import datetime as dt

import pytest

from cse_portal.ui.presenters import day_off_words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2026, 12, 23), ""),
        (dt.date(2026, 12, 19), "That is a Saturday. The next working day is 21 December 2026."),
        (dt.date(2026, 12, 25), "That is a bank holiday. The next working day is 29 December 2026."),
        (None, ""),
    ],
)
def test_a_day_off_is_said(day: dt.date | None, words: str) -> None:
    assert day_off_words(day) == words
