"""Any text at all, in every box of every form and every place of the API: never a fault, and kept as it was typed."""

import html
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cse_portal.ui.forms.fields import clean_text
from tests.access.changes import written
from tests.access.forms import Form, forms, page_of, send
from tests.access.places import Places
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.integration.cases.concerns.test_concern_api import CONCERNS, body
from tests.integration.intelligence.submissions.test_api import DOCUMENT, URL
from tests.signing_in import forget_tries

pytestmark = pytest.mark.long

TAKEN = (200, 302, 403, 404, 409, 422)
BEGIN, END = "Zq7", "7qZ"
ZALGO = "Z̴̢̛a̷̡̛l̶̢̛g̵̡̛o̸"
NASTY = (
    f"{ZALGO} \u202eright to left\u202c \u2066isolated\u2069 👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿 𝒵ö𐍈 ﷽ İıſẞ \u200b\ufeff\u00ad",
    "\x01\x02\x08\x0b\x0c\x1b[31m\x7f\x85\u2028\u2029\tline\r\nline\rline\n",
    "'\"`<>&{{7*7}}{%csrf_token%}${7}#{7}\\ \\0 %00 %s %n ; -- /* */ =1+1 @SUM(A1) +44 -1",
)  # fmt: skip
TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00"),
        st.sampled_from("\u202e\u2066\u200d\u0300\u0336\U0001f469\U0010fffd\ufdfd\u0130\x1b\x85\t\r\n'\"<&\\%"),
    ),
    min_size=1, max_size=40,
)  # fmt: skip
Every = list[tuple[str, Client, Form]]


@pytest.fixture
def every_form(cast: Cast, world: Places) -> Every:
    """Every form of every page, each with the browser of somebody who may use it."""
    return list(forms(cast, world))


def faults_of(words: str, every_form: Every) -> tuple[int, list[str]]:
    """These words in every box, and in every box where words will do: how many forms kept them, and what went wrong."""
    kept, wrong, typed = 0, [], f"{BEGIN}{words}{END}"
    for name, client, form in every_form:
        where = f"{name} {form.action}: {typed!r}"
        everywhere = send(client, form, form.filled(**dict.fromkeys(form.typed, typed)))
        wrong += [f"{where}: {each}" for each in answered(everywhere, form, typed)]
        fitting = form.answered(timezone.localdate())
        said = {box: typed if value == "Seen today." else value for box, value in fitting.items()}
        rows, status = written(lambda: client.post(form.action, said))  # noqa: B023
        if status not in TAKEN:
            wrong.append(f"{where}: {status}")
        stored = [value for _, _, columns in rows for value in columns.values() if BEGIN in value]
        kept += bool(stored)
        wrong += [f"{where} is stored as {value!r}" for value in stored if not holds(value, typed)]
    return kept, wrong


def holds(value: str, typed: str) -> bool:
    """Whether a column holds what was typed after the documented cleaning; a list has its lines as Python does."""
    clean = clean_text(typed)
    lines = [line.strip() for line in clean.splitlines()]
    return clean in value or all(repr(line)[1:-1] in value for line in lines)


def answered(answer: Any, form: Form, typed: str) -> Iterator[str]:
    """What is wrong with an answer: a fault, or a page that asks again and has forgotten what was typed."""
    page = page_of(answer)
    if answer.status_code not in TAKEN:
        yield str(answer.status_code)
    asks_again = "There is a problem" in page and form.typed
    if asks_again and html.escape(typed).replace("\r\n", "\n") not in page.replace("\r\n", "\n"):
        yield "forgotten"


def fuzz(every_form: Every, examples: int) -> int:
    """Hypothesis thinks of so many texts; returns how often what was typed was stored."""
    stored = 0

    def put(words: str) -> None:
        nonlocal stored
        kept, wrong = faults_of(words, every_form)
        stored += kept
        assert wrong == []

    settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(given(TEXT)(put))()  # fmt: skip
    return stored


@pytest.mark.parametrize("words", NASTY)
def test_each_nasty_text_breaks_no_form(every_form: Every, words: str) -> None:
    kept, wrong = faults_of(words, every_form)
    assert wrong == []
    assert kept > 10


def test_any_text_breaks_no_form_and_is_kept_exactly(every_form: Every) -> None:
    stored = fuzz(every_form, 60)
    sys.stdout.write(f"\n60 texts in {len(every_form)} forms, stored {stored:,} times\n")
    assert stored > 600


# ------------------------------------------------------------------------------------------ bodies that are none

DEEP = 100_000
BODIES: dict[str, bytes] = {
    "nothing": b"", "null": b"null", "true": b"true", "a number": b"3", "a huge number": b"1e999",
    "a long number": b"9" * 5000, "text": b'"text"', "a list": b"[]", "lists": b"[" * DEEP + b"]" * DEEP,
    "objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP, "half an object": b'{"child":', "not a number": b'{"child": NaN}',
    "infinity": b'{"child": -Infinity}', "a name twice": b'{"child": {}, "child": []}',
    "not UTF-8": b'{"worry": "\xff\xfe"}',
    "a byte order mark": b"\xef\xbb\xbf{}", "UTF-16": '{"worry": "x"}'.encode("utf-16"),
    "half a character": b'{"worry": "\\ud800"}',
    "a null byte": b'{"worry": "\\u0000"}', "raw controls": b'{"worry": "\x01"}', "single quotes": b"{'worry': 1}",
    "XML": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
    "a form": b"worry=x&child=y", "a prototype": b'{"__proto__": {"role": "x"}, "constructor": {}}',
}  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, 10**400, "", " ", "\x00", "\ud800", "x" * 100_000, [], [[]], [None], [{}], {}, {"": ""},
    {"a": {"b": []}}, "2026-02-31", "0198c0de", ["CSE", "CSE"], [["CSE"]], "null", "<b>",
)  # fmt: skip


@pytest.mark.parametrize("where", [CONCERNS, URL])
def test_a_body_that_is_no_json_is_answered(cast: Cast, world: Places, where: str) -> None:
    client, wrong = signed_in(cast, "practitioner"), []
    for what, raw in BODIES.items():
        for kind in (
            "application/json",
            "application/x-www-form-urlencoded",
            "text/xml",
            "application/json; charset=utf-7",
        ):
            status = client.generic("POST", where, raw, content_type=kind).status_code
            if status not in (400, 415):
                wrong.append(f"{what} as {kind}: {status}")
    assert wrong == []


def places_in(document: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a document."""
    yield way
    inner = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for name, value in inner:
        yield from places_in(value, (*way, name))


def with_at(document: Any, way: tuple[Any, ...], value: Any) -> Any:
    """The document with another value in one place."""
    if not way:
        return value
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[way[0]] = with_at(copy[way[0]], way[1:], value)
    return copy


@pytest.mark.parametrize("where", [CONCERNS, URL])
def test_any_type_in_any_place_of_the_body_is_answered(cast: Cast, world: Places, where: str) -> None:
    client, wrong, asked = signed_in(cast, "practitioner"), [], 0
    document = body() if where == CONCERNS else DOCUMENT
    for way in places_in(document):
        for value in ODD:
            asked += 1
            if asked % 300 == 0:
                forget_tries()
            raw = json.dumps(with_at(document, way, value))
            _, status = written(lambda: client.generic("POST", where, raw, content_type="application/json"))  # noqa: B023
            if status not in (201, 400):
                wrong.append(f"{way}: {value!r:.40}: {status}")
    assert wrong == []
    assert asked > 300
