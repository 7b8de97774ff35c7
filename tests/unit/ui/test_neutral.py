"""A spreadsheet calculates nothing that somebody typed."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cse_portal.ui.tabular import neutral

hidden = st.text(st.sampled_from(" \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff\u202e\u00ad"), max_size=4)
starts = st.sampled_from(["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\ufe62", "\ufe66"])


@given(hidden, starts, st.text(max_size=20).filter(lambda text: not text[:1].isdigit()))
def test_whatever_may_calculate_gets_an_apostrophe(before: str, start: str, rest: str) -> None:
    assert neutral(before + start + rest) == f"'{before}{start}{rest}"


@given(st.text(max_size=30))
def test_nothing_that_leaves_begins_a_formula(text: str) -> None:
    shown = neutral(text)
    visible = "".join(
        c for c in shown if unicodedata.category(c) not in ("Cf", "Cc", "Zs", "Zl", "Zp", "Mn", "Me")
    )
    start = unicodedata.normalize("NFKC", visible[:1])[:1]
    assert start not in ("=", "@", "-")
    assert start != "+" or shown == text


@given(st.text(max_size=30))
def test_the_text_itself_is_never_changed(text: str) -> None:
    assert neutral(text) in (text, f"'{text}")


@pytest.mark.parametrize("phone", ["+447700900123", "+44 7700 900123", "+44 (0)7700 900123"])
def test_a_telephone_number_stays_as_it_is(phone: str) -> None:
    assert neutral(phone) == phone


@pytest.mark.parametrize(
    "text",
    ["+44 7700 900123-cmd|' /C calc'!A0", "+1+1", "-2+3", "\t=1", "\r=1", "  @SUM(A1)", '=HYPERLINK("x")'],
)
def test_what_only_looks_like_one_does_not(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Sandwell CSE Team", "Category 3: high – significant", "3x5x2", "", "a=b"])
def test_words_stay_as_they_are(text: str) -> None:
    assert neutral(text) == text


@pytest.mark.parametrize(
    "text", ["+44" + "1" * 40 + " Oakley", "+" + "1 " * 5_000 + "x", "+44" + "1" * 50_000]
)
def test_a_name_of_many_digits_is_read_at_once(text: str) -> None:
    """Each digit once doubled the time: forty would have stopped the worker that makes Tamsin Oakley's copy."""
    began = time.process_time()
    assert neutral(text) == f"'{text}"
    assert time.process_time() - began < 1


def test_a_telephone_number_has_no_more_than_fifteen_digits_to_write() -> None:
    longest = "+44 (0)" + " ".join("770090012")
    assert neutral(longest[:24]) == longest[:24]
    assert neutral(longest + " 34") == f"'{longest} 34"
