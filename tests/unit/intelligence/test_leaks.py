"""What the desk finds in a sanitised text that could show who told us, and whom it finds among those known."""

from functools import partial
from typing import Any

import pytest

from intelligence.desk.selectors.found import is_child
from intelligence.desk.selectors.leaks import Locked, leaks_in, parts_of, without
from intelligence.subjects.models import Subject, SubjectKind
from intelligence.subjects.selectors.matching import Text, why_matched
from intelligence.submissions.models import IntelligenceLine

LOCKED = Locked(
    names=("Priya Raman", "Lena Marsh"),
    texts=(
        "Jade", "Only she knows of the pink charger in the glove box.",
        "She rang from Foundry Lane at 9:15pm on Friday."
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("sanitised", "found"),
    [
        ("He drives a grey Audi with a pink charger in the glove box.", [("pink charger in the glove box", "phrase")]),
        ("Raman saw him.", [("Raman", "name")]),
        ("He crosses the marsh.", []),
        ("He waits at Foundry Lane.", [("Foundry Lane", "place")]),
        ("A friday: he came about 9:15pm.", [("9:15pm", "time"), ("friday", "time")]),
        ("JADE told us.", [("JADE", "place"), ("told us", "how")]),
        ("He waits by the canal.", []),
        ("", []),
    ],
)  # fmt: skip
def test_names_places_times_and_phrases_of_the_locked_part_are_found(
    sanitised: str, found: list[tuple[str, str]]
) -> None:
    line = IntelligenceLine(text="x", sanitised=sanitised)
    assert sorted((each.text, each.kind) for each in leaks_in(line, LOCKED)) == found


def test_what_is_kept_or_left_out_is_not_found_again() -> None:
    line = IntelligenceLine(sanitised="He waits at Foundry Lane.", kept={"foundry lane": "Known to all"})
    assert leaks_in(line, LOCKED) == []
    assert leaks_in(IntelligenceLine(sanitised="Jade", left_out="Opinion"), LOCKED) == []


def test_the_words_are_marked_on_both_sides_and_taken_out() -> None:
    line = IntelligenceLine(text="A Pink charger.", sanitised="He waits at Foundry Lane, late.")
    leaks = leaks_in(line, LOCKED)
    assert parts_of("In foundry lane.", leaks) == [("In ", False), ("foundry lane", True), (".", False)]
    assert without(line.sanitised, "Foundry Lane") == "He waits at, late."


person = partial(Subject, kind=SubjectKind.PERSON)
place = partial(Subject, kind=SubjectKind.PLACE)


def vehicle(registration: str, **fields: Any) -> Subject:
    return Subject(kind=SubjectKind.VEHICLE, identifier=registration, **fields)


@pytest.mark.parametrize(
    ("subject", "text", "why"),
    [
        (person(name="Rowan", other_names="Kez, Kezza"), Text("A man called kez came"), "nickname “Kez”"),
        (person(name="Kez"), Text("Kezia came"), ""),
        (person(name="Rowan Kestrel"), Text("Rowan Kestrel"), "name"),
        (person(name="R", description="Uses 07700 900417"), Text("rings on +44 7700 900417"), "phone"),
        (
            vehicle("BX19 ABK", details={"colour": "Grey"}), Text("a grey car", ("BX19 ...K",)),
            "5 of 7 of the registration, grey",
        ),
        (vehicle("BX19 ABK"), Text("BX19 ABK"), "registration"),
        (vehicle("BX19 ABK"), Text("", ("B",)), ""),
        (vehicle("BX19 …K"), Text("BX19 ABK"), "registration"),
        (vehicle("BX19 …K"), Text("BX19 ABC"), ""),
        (Subject(kind=SubjectKind.PHONE, identifier="07700 900417"), Text("rings on +44 7700 900417"), "phone"),
        (Subject(kind=SubjectKind.ACCOUNT, identifier="kez_19"), Text("wrote to Kez_19"), "“kez_19”"),
        (place(name="Flat 2", address="2 Canal Row"), Text("a flat on Canal Row"), "street only"),
        (place(name="The flat", identifier="B70 8AA"), Text("at b708aa"), "postcode"),
    ],
)  # fmt: skip
def test_a_known_subject_is_found_and_says_why(subject: Subject, text: Text, why: str) -> None:
    assert why_matched(subject, text) == why


@pytest.mark.parametrize(
    ("role", "age", "child"),
    [
        ("CHILD_AT_RISK", "", True),
        ("DRIVER", "about 16", True),
        ("DRIVER", "about 25", False),
        ("", "", False),
    ],
)
def test_a_child_is_told_from_an_adult_as_far_as_the_author_knows(role: str, age: str, child: bool) -> None:
    assert is_child(role, None, age) is child
