"""Every form of every floor takes whatever is sent to it: a clear answer, and nothing typed is lost.

The forms are found by opening every address in the table of tests/access/addresses.py, so a new page is held to
this the day its address is written down.
"""

import datetime as dt
import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.access.addresses import ADDRESSES, Address
from tests.access.places import Places, build
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.integration.ui.test_keeping import sign_in

PROBLEM = "There is a problem"
TEXTS = ("text", "textarea", "search", "url", "tel")
WORDS = {
    "a null byte": "before\x00after",
    "right-to-left marks": "‮evil‏ words⁦",
    "a script": "<script>alert('typed')</script>",
    "spaces": " \t  ",
    "letters of every kind": "Zoë 𝔘𝔫𝔦 👩‍👧 ﷽ İ ß",
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

# Boxes whose words are checked, left as they are where any words will do elsewhere.
CHECKED = (
    "nhs_number",
    "upn",
    "postcode",
    "link",
    "other_case",
    "approximate_age",
    "registration",
    "reference",
)
# What is gone already need not be put aside again.
NOTHING_TO_DO = ("mase:section-aside",)


@dataclass
class Form:
    """A form as the browser reads it: where it goes, and what it sends untouched."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    offers: dict[str, list[str]] = field(default_factory=dict)

    @property
    def typed(self) -> list[str]:
        """The names of the boxes one types into."""
        return [name for name, kind in self.kinds.items() if kind in TEXTS]

    @property
    def dates(self) -> list[str]:
        """The dates it asks for, each in three boxes."""
        return [name.removesuffix("_day") for name in self.typed if name.endswith("_day")]

    def answered(self, today: dt.date) -> dict[str, Any]:
        """What somebody sends who answers everything: the first answer offered, a date of today, some words."""
        boxes = {"_day": today.day, "_month": today.month, "_year": today.year, "_time": "11:59pm"}
        answers: dict[str, Any] = {}
        for name, kind in self.kinds.items():
            chosen = [value for value in self.offers.get(name, []) if value]
            part = next((each for each in boxes if name.endswith(each)), "")
            if chosen:
                answers[name] = chosen[0]
            elif kind in TEXTS:
                left_empty = name.rpartition("-")[2] in CHECKED
                answers[name] = boxes[part] if part else self.values[name] if left_empty else "Seen today."
        return self.filled(**answers)

    def filled(self, **changes: Any) -> dict[str, Any]:
        """What it sends when these boxes are filled in."""
        return {**self.values, **changes}


class Reader(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._area = self._select = ""
        self._within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(said.get("action", ""), said.get("method", "get").lower()))
            self._within = True
        elif self._within and (tag in ("input", "textarea", "select") or (tag == "option" and self._select)):
            self._control(tag, said)

    def _control(self, tag: str, said: dict[str, str]) -> None:
        form, name = self.forms[-1], said.get("name", "")
        kind = said.get("type", "text") if tag == "input" else tag
        if tag == "option":
            form.offers.setdefault(self._select, []).append(said.get("value", ""))
            if "selected" in said:
                form.values.setdefault(self._select, []).append(said.get("value", ""))
            return
        self._select = name if tag == "select" else ""
        if not name or kind in ("submit", "button", "file"):
            return
        form.kinds[name] = kind
        if tag == "textarea":
            self._area = name
            form.values[name] = [""]
        elif kind in ("radio", "checkbox"):
            form.offers.setdefault(name, []).append(said.get("value", "on"))
        if tag == "input" and (kind not in ("radio", "checkbox") or "checked" in said):
            form.values.setdefault(name, []).append(said.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].values[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._within = False


@pytest.fixture
def world(cast: Cast) -> Places:
    """Something at every address."""
    return build(cast)


def test_every_form_takes_any_words(cast: Cast, world: Places) -> None:
    wrong, seen = [], 0
    for name, client, form in forms(cast, world):
        for what, words in WORDS.items():
            seen += 1
            answer = send(client, form, form.filled(**dict.fromkeys(form.typed, words)))
            wrong += [f"{name} {form.action}, {what}: {each}" for each in faults(answer, form, words)]
    assert wrong == []
    assert seen > 300


def test_every_form_says_that_a_megabyte_is_too_long(cast: Cast, world: Places) -> None:
    wrong = []
    for name, client, form in forms(cast, world):
        boxes = [each for each in form.typed if form.kinds[each] == "textarea"] or form.typed
        if boxes:
            answer = send(client, form, form.filled(**{boxes[0]: "long " * 200_000}))
            if answer.status_code not in (200, 409, 422) or PROBLEM not in page_of(answer):
                wrong.append(f"{name} {form.action}: {answer.status_code}")
    assert wrong == []


def test_no_date_takes_the_thirty_first_of_february(cast: Cast, world: Places) -> None:
    wrong, seen = [], 0
    for name, client, form in forms(cast, world):
        for date in form.dates:
            seen += 1
            boxes = {f"{date}_day": "31", f"{date}_month": "2", f"{date}_year": "2026"}
            answer = send(client, form, form.filled(**boxes))
            page = page_of(answer)
            kept = 'value="31"' in page
            if answer.status_code not in (200, 409, 422) or PROBLEM not in page or not kept:
                wrong.append(f"{name} {date}: {answer.status_code}, kept: {kept}")
    assert wrong == []
    assert seen > 5


def test_a_form_posted_twice_makes_its_rows_once(cast: Cast, world: Places) -> None:
    wrong, seen = [], 0
    for name, client, form in forms(cast, world):
        with transaction.atomic():
            before, values = rows(), form.answered(timezone.localdate())
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
    assert seen > 12


def test_a_session_that_ends_while_one_writes_loses_nothing(cast: Cast, world: Places) -> None:
    lost, seen = [], 0
    for name, client, form in forms(cast, world):
        if ADDRESSES[name].public:
            continue
        words = f"Written for an hour on {name}."
        values = form.filled(**dict.fromkeys(form.typed, words))
        del client.cookies["sessionid"]
        asked = client.post(form.action, values)
        sign_in(client, cast.people[reader_of(ADDRESSES[name])])
        page = page_of(client.get(form.action))
        seen += words in page
        if not asked["Location"].startswith("/accounts/login/") or (form.typed and words not in page):
            lost.append(f"{name} {form.action}")
        client.get(f"{form.action}?leave_typed=1")
    assert lost == []
    assert seen > 20


@pytest.mark.parametrize(
    ("boxes", "words"),
    [
        ({"date_of_birth_year": "2099"}, "Enter today&#x27;s date or one in the past"),
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


def test_every_page_takes_any_query(cast: Cast, world: Places) -> None:
    wrong = []
    for name, address in pages():
        client = signed_in(cast, reader_of(address))
        for query in QUERIES:
            with transaction.atomic():
                status = client.get(f"{path_of(name, address, world)}?{query}").status_code
                transaction.set_rollback(True)
            if status not in (200, 302, 400, 404) or (status == 400 and not name.startswith("api-")):
                wrong.append(f"{name}?{query[:40]}: {status}")
    assert wrong == []


def test_an_address_that_names_nothing_is_not_found(cast: Cast, world: Places) -> None:
    wrong = []
    for name, address in ADDRESSES.items():
        if address.public or not address.about:
            continue
        path = path_of(name, address, world)
        client = signed_in(cast, reader_of(address))
        for thing in address.about.values():
            for odd in ODD_PARTS:
                changed = path.replace(str(world[thing]), odd, 1)
                answer = client.post(changed) if address.post else client.get(changed)
                if answer.status_code not in (400, 403, 404) and name not in NOTHING_TO_DO:
                    wrong.append(f"{name} with {odd[:30]} for {thing}: {answer.status_code}")
    assert wrong == []


def pages() -> Iterator[tuple[str, Address]]:
    """Every page somebody opens by reading."""
    for name, address in ADDRESSES.items():
        if not address.post and address.opens and not name.startswith("account_"):
            yield name, address


def reader_of(address: Address) -> str:
    """Who opens it here: the manager where she may, for she is offered most."""
    return "manager" if "manager" in address.opens else min(address.opens)


def forms(cast: Cast, world: Places) -> Iterator[tuple[str, Client, Form]]:
    """Every form of every page, each with the browser of somebody who may use it, once."""
    known = set()
    for name, address in pages():
        person = reader_of(address)
        client, path = signed_in(cast, person), path_of(name, address, world)
        answer = client.get(path)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        reader = Reader()
        reader.feed(answer.content.decode())
        for form in reader.forms:
            form.action = form.action or path
            mark = (form.action, person, tuple(form.kinds))
            if form.method == "post" and "/accounts/" not in form.action and mark not in known:
                known.add(mark)
                yield name, client, form


def send(client: Client, form: Form, values: dict[str, Any]) -> Any:
    """Post it; what that changes is taken back."""
    with transaction.atomic():
        answer = client.post(form.action.split("#")[0], values)
        transaction.set_rollback(True)
    return answer


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


def rows() -> dict[str, int]:
    """How many rows every table has, but for what only notes that somebody looked."""
    looked = ("audit", "sessions")
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label not in looked and model._meta.managed
    }


def page_of(answer: Any) -> str:
    """The page as text."""
    return "" if answer.streaming else answer.content.decode()


def path_of(name: str, address: Address, world: Places) -> str:
    """The address in this world."""
    return reverse(name, kwargs={argument: world[thing] for argument, thing in address.about.items()})
