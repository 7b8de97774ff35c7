"""Every form of every floor takes whatever is sent to it: a clear answer, and nothing typed is lost.

The forms are found by opening every address in the table of tests/access/addresses.py, so a new page is held to
this the day its address is written down.
"""

import html
from collections.abc import Iterator
from itertools import cycle, product
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, router, transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from tests.access.addresses import ADDRESSES
from tests.access.forms import EVERY_PAGE, Form, forms, page_of, pages, path_of, reader_of, send, swept
from tests.access.places import Places
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.sweeps import Sweep

PROBLEM = "There is a problem"
WORDS = {
    "a null byte": "before\x00after",
    "marks, a script, letters of every kind": "\u202eevil\u200f <script>alert('typed')</script> Zoë 👩‍👧 ﷽ İ",
    "spaces": " \t  ",
    "a number too long": "9" * 400,
}
QUERIES = (
    "page=999999&which=nonsense&whose=nonsense&show=nonsense&p=nonsense&sort=nonsense",
    "page=%00&q=%00&status=nonsense&category=99&handling=X&state=zzz&strand=zzz",
    "page=-1&q=%FF&kind=nonsense&since_day=31&since_month=2&since_year=2026&until_day=%00",
    "page=1e400&q=%E2%80%AE&overdue=perhaps&urgency=nonsense",
    "page=" + "9" * 500 + "&q=" + "x" * 3000,
)  # fmt: skip
ODD_PARTS = (
    "nonsense", "0" * 300, "x" * 2000, "CSE-2026-00000", "%00", "%FF%FE", "٣", "a%0Ab",
    "00000000-0000-0000-0000-000000000000",
)  # fmt: skip

TEXT_BOXES = ("notes", "text", "words", "rationale", "reason", "note", "school", "purpose")
# Some of the pages that say which version they show.
HAVE_VERSIONS = frozenset(
    {"cases:case-edit", "cases:case-lead", "mase:change", "mase:meeting", "reporting:check-return"}
)
# The desk's small boxes, each with a button of its own: what is wrong is said above the page that they lead back to.
BUTTONS_BESIDE = ("intelligence:desk",)
# A number with nothing behind it has an empty list; a draft has the name that its form gives it.
ANY_NAME = ("reporting:behind", "drafts:keep", "drafts:discard")


@pytest.fixture
def world(places: Places) -> Places:
    """Something at every address."""
    return places


def test_every_form_takes_any_words(cast: Cast, world: Places, sweep: Sweep) -> None:
    """All of them in every form in the long run, one in each otherwise."""
    wrong, seen, found = [], 0, forms(cast, world, swept(sweep))
    pairs = (
        product(found, WORDS.items()) if sweep.is_whole else zip(found, cycle(WORDS.items()), strict=False)
    )
    for (name, client, form), (what, words) in pairs:
        seen += 1
        answer = send(client, form, form.filled(**dict.fromkeys(form.typed, words)))
        wrong += [f"{name} {form.action}, {what}: {each}" for each in faults(answer, form, words)]
    assert wrong == []
    assert seen > sweep.at_least(250)


def test_every_form_says_that_a_megabyte_is_too_long(cast: Cast, world: Places, sweep: Sweep) -> None:
    wrong = []
    for name, client, form in forms(cast, world, swept(sweep)):
        boxes = [each for each in form.typed if form.kinds[each] == "textarea"] or form.typed
        if boxes and not (name in BUTTONS_BESIDE and form.values.get("act", ["save"]) != ["save"]):
            answer = send(client, form, form.filled(**{boxes[0]: "long " * 200_000}))
            if answer.status_code not in (200, 409, 422) or PROBLEM not in page_of(answer):
                wrong.append(f"{name} {form.action}: {answer.status_code}")
    assert wrong == []


def test_no_date_takes_the_thirty_first_of_february(cast: Cast, world: Places, sweep: Sweep) -> None:
    wrong, seen = [], 0
    for name, client, form in forms(cast, world, swept(sweep)):
        for date in form.dates:
            seen += 1
            boxes = {f"{date}_day": "31", f"{date}_month": "2", f"{date}_year": "2026"}
            answer = send(client, form, form.filled(**boxes))
            page = page_of(answer)
            kept = 'value="31"' in page
            if answer.status_code not in (200, 409, 422) or PROBLEM not in page or not kept:
                wrong.append(f"{name} {date}: {answer.status_code}, kept: {kept}")
    assert wrong == []
    assert seen > sweep.at_least(10)


def test_a_form_posted_twice_makes_its_rows_once(cast: Cast, world: Places, sweep: Sweep) -> None:
    wrong, seen, before = [], 0, rows()
    for name, client, form in forms(cast, world, swept(sweep)):
        values = form.answered(timezone.localdate())
        with transaction.atomic():
            first = client.post(form.action, values)
            once = rows()
            second = client.post(form.action, values)
            twice = rows()
            transaction.set_rollback(True)
        seen += first.status_code == 302 and once != before
        if once != twice or second.status_code not in (200, 302, 403, 404, 409, 422):
            more = {model: twice[model] - once[model] for model in twice if twice[model] != once[model]}
            wrong.append(f"{name} {form.action}: {first.status_code}, {second.status_code}, {more}")
    assert wrong == []
    assert seen > sweep.at_least(12)


def test_a_page_drawn_before_somebody_else_saved_saves_nothing_and_keeps_the_words(
    cast: Cast, world: Places, sweep: Sweep
) -> None:
    wrong, seen = [], set()
    for name, client, form in forms(cast, world, EVERY_PAGE if sweep.is_whole else HAVE_VERSIONS):
        marks = [
            each for each in form.kinds if each.endswith(("version", "revision")) and is_saved(form, each)
        ]
        if marks:
            seen.add(name)
            answer = send(client, form, {**form.answered(timezone.localdate()), marks[0]: "987"})
            page = page_of(answer)
            words = any(each.endswith(TEXT_BOXES) for each in form.typed)
            kept = not words or "Seen today." in page
            if answer.status_code not in (200, 409) or PROBLEM not in page or not kept:
                wrong.append(f"{name} {form.action}: {answer.status_code}, kept: {kept}")
    assert wrong == []
    assert seen >= HAVE_VERSIONS


@pytest.mark.parametrize(
    ("boxes", "words"),
    [
        ({"date_of_birth_year": "2099"}, "Date of birth: enter today&#x27;s date or one in the past"),
        ({"date_of_birth_year": "1990"}, "This person is 18 or over"),
        ({"nhs_number": "999 000 0019"}, "Check the NHS number"),
    ],
)
def test_a_child_who_cannot_be_one_is_asked_about(
    cast: Cast, world: Places, boxes: dict[str, str], words: str
) -> None:
    born = {"date_of_birth_day": "2", "date_of_birth_month": "5", "date_of_birth_year": "2012"}
    client = signed_in(cast, "practitioner")
    path = reverse("cases:concern-step", args=[world["practitioner's draft"], "child"])
    body = {**born, "given_name": "Rowan", **boxes}
    page = client.post(path, body).content.decode()
    assert words in page
    assert 'value="Rowan"' in page
    assert all(f'value="{value}"' in page for value in boxes.values())
    assert client.post(path, {**body, **born, "nhs_number": "999 000 0018"}).status_code == 302
    if "18 or over" in words:
        assert client.post(path, {**body, "adult": "on"}).status_code == 302


def test_every_page_takes_any_query(cast: Cast, world: Places, sweep: Sweep) -> None:
    wrong, clients = [], {person: signed_in(cast, person) for person in cast}
    for (name, address), query in sweep.of(product(pages(), (*QUERIES, ""))):
        client = clients[reader_of(address)]
        with transaction.atomic():
            status = client.get(f"{path_of(name, address, world)}?{query}").status_code
            transaction.set_rollback(True)
        if status not in (200, 302, 400, 404) or (status == 400 and not name.startswith("api-")):
            wrong.append(f"{name}?{query[:40]}: {status}")
    assert wrong == []


def test_an_address_that_names_nothing_is_not_found(cast: Cast, world: Places, sweep: Sweep) -> None:
    wrong = []
    named = [
        (name, address, thing)
        for name, address in ADDRESSES.items()
        for thing in address.about.values()
        if address.opens and not address.public
    ]
    for (name, address, thing), odd in sweep.of(product(named, ODD_PARTS)):
        client = signed_in(cast, reader_of(address))
        changed = path_of(name, address, world).replace(str(world[thing]), odd, 1)
        answer = client.post(changed) if address.post else client.get(changed)
        if answer.status_code not in (400, 403, 404) and name not in ANY_NAME:
            wrong.append(f"{name} with {odd[:30]} for {thing}: {answer.status_code}")
    assert wrong == []


def faults(answer: Any, form: Form, words: str) -> Iterator[str]:
    """What is wrong with an answer: it failed, ran what was typed, or asked again and forgot it."""
    page = page_of(answer)
    if answer.status_code not in (200, 302, 403, 404, 409, 422):
        yield str(answer.status_code)
    if "<script>alert(" in page:
        yield "ran what was typed"
    if (
        PROBLEM in page
        and form.typed
        and "\x00" not in words
        and words.strip()
        and html.escape(words) not in page
    ):
        yield "forgot what was typed"


def is_saved(form: Form, version: str) -> bool:
    """Whether the form is of something that was saved before."""
    return form.values[version] not in ([""], ["0"])


def rows() -> dict[str, int]:
    """How many rows every table has, but for what only notes that somebody looked."""
    looked = ("audit", "sessions")
    models = [each for each in apps.get_models() if each._meta.app_label not in looked and is_a_table(each)]
    asked = (f"SELECT '{each._meta.label}', count(*) FROM {each._meta.db_table}" for each in models)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return dict(cursor.fetchall())


def is_a_table(model: type[Model]) -> bool:
    """Whether the database has one for it."""
    return model._meta.managed and router.allow_migrate_model("default", model)
