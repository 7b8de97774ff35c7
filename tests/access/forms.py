"""The forms of the portal, found by opening every address of tests/access/addresses.py as somebody who may."""

import datetime as dt
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

from mase.meetings.choices import Stage
from tests.access.addresses import ADDRESSES, Address
from tests.access.places import Places
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.sweeps import Sweep

TEXTS = ("text", "textarea", "search", "url", "tel")
# Boxes whose words are checked, left as they are where any words will do elsewhere.
CHECKED = (
    "nhs_number",
    "upn",
    "postcode",
    "link",
    "other_case",
    "approximate_age",
    "registration",
    "networks",
    "reference",
)


@dataclass
class Form:
    """A form as the browser reads it: where it goes, and what it sends untouched."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    offers: dict[str, list[str]] = field(default_factory=dict)
    has_button: bool = False

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
        self._named: dict[str, Form] = {}
        self._before: dict[str, dict[str, str]] = {}  # the first button that stands before its form

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(said.get("action", ""), said.get("method", "get").lower()))
            self._within = True
            self._named |= {said["id"]: self.forms[-1]} if said.get("id") else {}
            if before := self._before.get(said.get("id", "")):
                self._button(self.forms[-1], before)
        elif tag == "button" and said.get("form", "") not in {"", *self._named}:
            self._before.setdefault(said["form"], said)
        elif tag == "button" and (form := self._named.get(said.get("form", ""), self._open())):
            self._button(form, said)
        elif self._within and (tag in ("input", "textarea", "select") or (tag == "option" and self._select)):
            self._control(tag, said)

    def _open(self) -> Form | None:
        return self.forms[-1] if self._within else None

    def _button(self, form: Form, said: dict[str, str]) -> None:
        """Enter presses the first that sends, with its name and where it goes."""
        if form.has_button or said.get("type", "submit") != "submit":
            return
        form.has_button, form.action = True, said.get("formaction") or form.action
        if name := said.get("name"):
            form.values[name] = [said.get("value", "")]

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


def pages() -> Iterator[tuple[str, Address]]:
    """Every page somebody opens by reading."""
    for name, address in ADDRESSES.items():
        if not address.post and address.opens and not name.startswith("account_"):
            yield name, address


def reader_of(address: Address) -> str:
    """Who opens it here: the manager where she may, for she is offered most."""
    return "manager" if "manager" in address.opens else min(address.opens)


# One address, and forms of its own at each place of it.
PLACES_OF = {
    "mase:meeting": (
        *(f"?stage={each}" for each in Stage),
        "?item=introductions",
        "?item=safety-map",
        "?item=education",
    )
}
EVERY_PAGE = frozenset(name for name, _ in pages())
_read: dict[tuple[str, frozenset[str]], list[tuple[str, str, Form]]] = {}


def swept(sweep: Sweep) -> frozenset[str]:
    """The pages that this run of a test takes."""
    return frozenset(sweep.of(sorted(EVERY_PAGE)))


def forms(
    cast: Cast, world: Places, names: frozenset[str] = EVERY_PAGE
) -> Iterator[tuple[str, Client, Form]]:
    """Every form of these pages, each with the browser of somebody who may use it, once.

    A process's standing world is the same for every test: its pages are opened once.
    """
    asked = world["case"], names
    clients = {person: signed_in(cast, person) for person in cast}
    if asked not in _read:
        _read[asked] = list(_forms(clients, world, names))
    for name, person, form in deepcopy(_read[asked]):
        yield name, clients[person], form


def _forms(
    clients: dict[str, Client], world: Places, names: frozenset[str]
) -> Iterator[tuple[str, str, Form]]:
    known = set()
    for name, address in pages():
        if name not in names:
            continue
        person, path = reader_of(address), path_of(name, address, world)
        reader = Reader()
        for place in PLACES_OF.get(name, ("",)):
            answer = clients[person].get(f"{path}{place}")
            if answer.status_code == 200 and "html" in answer["Content-Type"]:
                reader.feed(answer.content.decode())
        for form in reader.forms:
            form.action = form.action or path
            mark = (form.action, person, tuple(form.kinds))
            if form.method == "post" and "/accounts/" not in form.action and mark not in known:
                known.add(mark)
                yield name, person, form


def send(client: Client, form: Form, values: dict[str, Any]) -> Any:
    """Post it; what that changes is taken back. A search is answered by the list it goes on to."""
    with transaction.atomic():
        answer = client.post(form.action.split("#")[0], values, follow=form.action == reverse("search"))
        transaction.set_rollback(True)
    return answer


def page_of(answer: Any) -> str:
    """The page as text."""
    return "" if answer.streaming else answer.content.decode()


def path_of(name: str, address: Address, world: Places) -> str:
    """The address in this world."""
    return reverse(name, kwargs={argument: world[thing] for argument, thing in address.about.items()})
