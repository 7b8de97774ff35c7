"""Places in a text: whatever is left out is gone whole, once, and nothing else with it."""

from hypothesis import given
from hypothesis import strategies as st

from cases.selectors.spans import Span, merged, places, places_of_name, segments, whole_words

TEXT = "Rowan Kestrel drove her. She says that rowan’s car is silver; the Kestrels know. A rowanberry."
SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 30)).map(lambda p: Span(p[0], p[0] + p[1], ("police",)))
)


def words_at(text: str, found: list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in found]


def test_words_are_found_whatever_their_case_with_their_s_and_never_inside_another_word() -> None:
    assert words_at(TEXT, places(TEXT, "rowan")) == ["Rowan", "rowan’s"]
    assert words_at("the\n old  car", places("the\n old  car", "old car")) == ["old  car"]
    assert places(TEXT, "  ") == []


def test_a_name_is_found_whole_and_by_each_part_but_never_by_a_part_that_is_the_childs_too() -> None:
    assert words_at(TEXT, places_of_name(TEXT, "Rowan Kestrel")) == ["Rowan Kestrel", "rowan’s", "Kestrels"]
    family = "Dawn Testley rang; Robyn Testley was out."
    own = frozenset({"robyn", "testley"})
    assert words_at(family, places_of_name(family, "Dawn Testley", not_these=own)) == ["Dawn Testley"]


def test_small_words_of_a_description_are_no_names() -> None:
    assert places_of_name("The man in the car and the bus", "The man in the silver car") == []


def test_half_a_word_is_never_left_standing() -> None:
    start = TEXT.index("estre")
    assert TEXT[slice(*whole_words(TEXT, start, start + 5))] == "Kestrel"
    assert TEXT[slice(*whole_words(TEXT, 5, 14))] == "Kestrel"
    assert whole_words(TEXT, 24, 25)[0] == whole_words(TEXT, 24, 25)[1]
    assert whole_words(TEXT, 900, 905)[0] == whole_words(TEXT, 900, 905)[1]


def test_overlapping_places_become_one_with_the_grounds_of_both() -> None:
    assert merged([Span(10, 20, ("police",)), Span(15, 25, ("third_party",)), Span(25, 30, ("legal",))]) == [
        Span(10, 25, ("police", "third_party")),
        Span(25, 30, ("legal",)),
    ]


@given(st.text(min_size=0, max_size=90), SPANS)
def test_what_is_shown_is_the_text_without_what_is_left_out(text: str, spans: list[Span]) -> None:
    inside = [
        Span(s.starts_at, min(s.ends_at, len(text)), s.grounds) for s in spans if s.starts_at < len(text)
    ]
    out = {place for span in inside for place in range(span.starts_at, span.ends_at)}
    shown = "".join(each.text for each in segments(text, inside))
    assert shown == "".join(letter for place, letter in enumerate(text) if place not in out)
    after = merged(inside)
    assert all(one.ends_at <= other.starts_at for one, other in zip(after, after[1:], strict=False))


@given(st.text(max_size=60), st.integers(-5, 70), st.integers(-5, 70))
def test_a_place_widened_to_words_stays_in_the_text_and_holds_what_was_asked(
    text: str, one: int, other: int
) -> None:
    start, end = whole_words(text, one, other)
    assert 0 <= start <= end <= len(text)
    asked = text[max(0, one) : max(0, min(len(text), other))].strip()
    assert not asked or asked in text[start:end]
