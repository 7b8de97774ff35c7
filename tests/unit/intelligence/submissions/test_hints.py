"""Advice about a submission before it is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelligence.submissions.models import HintKind, SubmissionStep
from intelligence.submissions.selectors import Person, Written, hints, quality

GOOD = Written(
    lines=[("Rowan Kestrel drives a silver van near the Acorn Arcade.", "Friday evenings")],
    people=[Person("Rowan Kestrel", born_or_age=True)],
    things=1,
)


def said(written: Written) -> str:
    return "\n".join(hint.text for hint in hints(written))


def test_a_good_submission_needs_no_advice() -> None:
    assert hints(GOOD) == []


@pytest.mark.parametrize(
    "text", ["Met R.K. at the park.", "Seen with RK.", "A van driven by R. K. on Friday"]
)
def test_initials_are_pointed_out(text: str) -> None:
    assert "initials" in said(Written(lines=[(text, "Friday")]))


def test_a_person_without_a_date_of_birth_is_pointed_out_by_number() -> None:
    people = [Person("Rowan Kestrel", born_or_age=True), Person("Sky Heron")]
    assert "Person 2 has no date of birth" in said(Written(people=people))


def test_danger_comes_first_and_names_999() -> None:
    found = hints(Written(lines=[("The child is in danger tonight.", "")], people=[Person("Sky Heron")]))
    assert "999" in found[0].text
    assert found[0].kind == HintKind.STOP


def test_a_crime_is_sent_to_101_or_the_mash() -> None:
    found = said(Written(lines=[("She was assaulted by Rowan Kestrel.", "Friday")]))
    assert "101" in found
    assert "MASH" in found


def test_a_source_named_in_a_line_is_pointed_out() -> None:
    found = said(Written(lines=[("Zebedee Whisper saw a van.", "Friday")], source_name="zebedee whisper"))
    assert "names who told you" in found


def test_nothing_to_look_for_is_pointed_out_only_once_both_pages_are_answered() -> None:
    assert "look for" not in said(Written(people=[], things=None))
    assert "look for" in said(Written(people=[], things=0))


texts = st.text(max_size=600)


@given(
    lines=st.lists(st.tuples(texts, texts), max_size=5),
    people=st.lists(st.builds(Person, texts, st.booleans()), max_size=4),
    things=st.none() | st.integers(0, 5),
    source=texts,
)
def test_any_text_gets_advice_about_pages_that_exist_and_never_quotes_a_source(
    lines: list[tuple[str, str]], people: list[Person], things: int | None, source: str
) -> None:
    found = hints(Written(lines, people, things, source))
    assert {hint.step for hint in found} <= set(SubmissionStep)
    kinds = [hint.kind for hint in found]
    assert kinds == sorted(kinds, key=lambda kind: kind != HintKind.STOP)
    assert sum("no date of birth" in hint.text for hint in found) == sum(
        not one.born_or_age for one in people
    )


def test_quality_counts_the_checks_that_are_met() -> None:
    assert quality(GOOD) == "6 of 6"
    assert (
        quality(Written(lines=[("She met S.K. by the canal", "")], people=[Person("Sky Heron")])) == "3 of 6"
    )
    assert quality(Written()) == ""
