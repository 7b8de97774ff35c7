"""No word about a child gets where it has no business: names planted in every record turn up in no sink.

The sinks: logs, PostgreSQL's own among them, mail, Redis (queue and cache), messages to the worker, jobs,
notifications, sessions, the audit, and every address on a page.
"""

import base64
import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

import pytest
import redis
from celery import current_app
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from stdnum.gb import nhs

from cases.documents import services as documents
from cases.documents.models import DocumentKind
from cases.family import services as addresses
from cases.family.models import AddressKind, ConfidentialReason
from cases.record.models.case import Case
from cse_portal.audit import sealing
from cse_portal.celery import app
from cse_portal.jobs import registry
from cse_portal.jobs.services import enqueue
from cse_portal.settings.clock import AUDIT_QUEUE
from tests.access.addresses import ADDRESSES, EVERYONE
from tests.access.forms import Form, Reader, page_of, reader_of
from tests.access.places import Places, build
from tests.access.test_addresses import signed_in
from tests.access.test_no_leaks import read
from tests.architecture.privacy import SHORT, our_models, personal_texts
from tests.cast import Cast
from tests.database import heard_from_the_server, superuser
from tests.factories.crowds import grow
from tests.factories.documents import WORDS
from tests.factories.exports import ask
from tests.signing_in import code_of, forget_tries, give_code, give_password, with_app
from tests.sweeps import Sweep

pytestmark = pytest.mark.long

CANARY = re.compile(r"Qvx\d{5}q")
# Opened in every run: who the child is, and where.
FULLEST = ("cases:case", "cases:case-edit", "cases:concern")
# Short columns hold codes of reference lists, which pages look up.
# Short, and told from everything else all the same: NHS numbers that nobody has, postcodes of Shetland in no list.
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
NUMBER = re.compile(r"(?<!\d)999(?:\s|\+|%20)?000(?:\s|\+|%20)?\d{4}(?!\d)")
POSTCODE = re.compile(r"\bZE3(?:\s|\+|%20)?\d[A-Z]{2}\b", re.IGNORECASE)
# PostgreSQL lets nobody write there: the words come from the texts planted elsewhere.
FROZEN = {
    "mase.DisagreementEntry", "mase.TransitionEntry", "mase.StrategicUpdate",
    "mase.SentWords", "mase.MinutesAddendum",
}  # fmt: skip
TABLES = (
    "audit_auditevent", "audit_reason", "audit_change", "audit_seal", "jobs_job", "jobs_outboxmessage",
    "jobs_notification", "usersessions_usersession",
)  # fmt: skip
# A number that a telephone dials is asked of no server, and is on the page beside.
LINKS = re.compile(r'\b(?:href|action|formaction|src|hx-get|hx-post|hx-put|hx-push-url)="(?!tel:)([^"]*)"')
LEADS_ON = re.compile(r'"(?:next|previous)": ?"([^"]*)"')
LOGGERS = (
    "",
    "cse_portal",
    "cases",
    "mase",
    "intelligence",
    "reporting",
    "django.request",
    "django.security",
    "celery",
)


class Canaries:
    """Words found nowhere else, and where each was planted."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.places: dict[str, str] = {}

    def new(self, place: str) -> str:
        """One more."""
        word = f"Qvx{next(self.numbers):05d}q"
        self.places[word] = place
        return word

    def short(self, name: str, place: str) -> str:
        """A number or postcode of the right shape, written as the portal writes it."""
        at = next(self.numbers)
        if name == "nhs_number":
            every = (f"999000{number:04d}" for number in count(10 * at % 9000))
            word = next(each for each in every if nhs.is_valid(each) and each not in self.places)
        else:
            word = f"ZE3 {at % 10}{LETTERS[at // 10 % 20]}{LETTERS[at // 200 % 20]}"
        self.places[word] = place
        return word

    def in_(self, text: str) -> set[str]:
        """Which of them this text holds, with spaces and without, or as an address writes them."""
        said = set(CANARY.findall(text))
        for each in (*NUMBER.findall(text), *POSTCODE.findall(text)):
            plain = re.sub(r"\s|\+|%20", "", each).upper()
            said.add(plain if plain.isdigit() else f"{plain[:3]} {plain[3:]}")
        return said & set(self.places)


class Log(logging.Handler):
    """Everything a logger is told, at every level, with tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it as it would be written."""
        self.lines.append(self.format(record))


@contextmanager
def listening() -> Iterator[Log]:
    """Our loggers at DEBUG."""
    handler, levels = Log(), {name: logging.getLogger(name).level for name in LOGGERS}
    logging.getLogger().addHandler(handler)
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield handler
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    logging.getLogger().removeHandler(handler)


def plant(canaries: Canaries) -> None:
    """One of its own in every long text about a person, of every row."""
    for model in our_models():
        label, fields = model._meta.label, personal_texts(model)
        rows = model._default_manager.all() if fields and label not in FROZEN else ()
        for row in rows:
            for field in fields:
                place = f"{label}.{field.name}"
                new = canaries.short(field.name, place) if field.name in SHORT else canaries.new(place)
                word = {field.name: new}
                # Some words come only with something else, an answer with who gave it; what was sent out stays.
                with suppress(IntegrityError, ProgrammingError), transaction.atomic():
                    model._default_manager.filter(pk=row.pk).update(**word)


def plant_address(canaries: Canaries, cast: Cast, world: Places) -> str:
    """Where the carer lives, kept confidential: encrypted in its row, shown on one page."""
    word = canaries.new("a confidential address")
    kept = addresses.record_address(
        case=Case.objects.get(reference=world["case"]), kind=AddressKind.CARER, address=f"1 {word} Lane",
        reason=ConfidentialReason.RISK, by=cast.practitioner,
    )  # fmt: skip
    world["confidential address"] = kept.pk
    return word


class Journey:
    """The cast opens every page, is refused others, searches, answers forms, signs in and out; jobs run."""

    def __init__(self, cast: Cast, world: Places, canaries: Canaries, sweep: Sweep) -> None:
        self.cast, self.world, self.canaries = cast, world, canaries
        self.places = {**dict(sweep.of(ADDRESSES.items())), **{name: ADDRESSES[name] for name in FULLEST}}
        self.seen: set[str] = set()
        self.addresses: list[str] = []
        self.forms: list[tuple[Client, Form]] = []

    def travel(self) -> None:
        """All of it."""
        for person in sorted(EVERYONE):
            self._opens_everything(person)
        self._searches()
        self._shows_the_address()
        # Anyone who looks after people may end the practitioner's work: that comes last.
        for client, form in sorted(self.forms, key=lambda each: each[1].action.startswith("/people/")):
            self._answers(client, form)
        self._signs_in_and_out()
        for name, task in app.tasks.items():
            if not name.startswith("celery.") and name != "jobs.run":
                task()

    def _opens_everything(self, person: str) -> None:
        client = signed_in(self.cast, person)
        for name, address in self.places.items():
            path = reverse(name, kwargs={word: self.world[thing] for word, thing in address.about.items()})
            readers = {"practitioner", "outsider", reader_of(address) if address.opens else "manager"}
            if name != "account_logout" and not address.post and person in readers:
                answer = client.get(path)
                self._notes(answer)
                if person in address.opens and reader_of(address) == person:
                    self._finds_forms(client, path, answer)

    def _finds_forms(self, client: Client, path: str, answer: Any) -> None:
        if answer.status_code != 200 or "html" not in answer["Content-Type"] or path.startswith("/accounts/"):
            return
        reader = Reader()
        reader.feed(page_of(answer))
        for form in reader.forms:
            form.action = form.action or path
            if form.method == "post" and form.typed and "/accounts/" not in form.action:
                self.forms.append((client, form))

    def _notes(self, answer: Any) -> None:
        said = read(answer)
        self.seen |= self.canaries.in_(said)
        if "html" in answer.get("Content-Type", ""):
            self.addresses += LINKS.findall(said)
        if "json" in answer.get("Content-Type", ""):
            self.addresses += LEADS_ON.findall(said)
        self.addresses += [
            answer.get(name, "") for name in ("Location", "HX-Redirect", "HX-Push-Url", "Refresh")
        ]

    def _searches(self) -> None:
        """For a child by name."""
        name = Case.objects.get(reference=self.world["case"]).child.family_name
        for person in ("practitioner", "outsider"):
            client = signed_in(self.cast, person)
            sent = client.post("/search/", {"to": "/cases/", "text": name})
            self._notes(sent)
            self._notes(client.get(sent["Location"]))
            self._notes(client.post("/api/v1/cases/search/", {"text": name}, "application/json"))

    def _shows_the_address(self) -> None:
        """On demand: its page has a button and no box."""
        words = {"reference": self.world["case"], "pk": self.world["confidential address"]}
        self._notes(signed_in(self.cast, "practitioner").post(reverse("cases:address", kwargs=words)))

    def _answers(self, client: Client, form: Form) -> None:
        """As somebody does who writes names into every box: once so that the page asks again, once well."""
        said = form.answered(timezone.localdate())
        words = {
            box: self.canaries.new(f"typed as {box}") for box in form.typed if said[box] == "Seen today."
        }
        self._notes(client.post(form.action, {**form.filled(), **words}))
        self._notes(client.post(form.action, {**said, **words}))

    def _signs_in_and_out(self) -> None:
        forget_tries()
        client, person = Client(), with_app(self.cast.practitioner)
        self._notes(give_password(client, person))
        self._notes(give_code(client, code_of(person)))
        self._notes(client.get("/"))
        self._notes(client.post("/accounts/logout/"))


def messages_to_the_worker(cast: Cast, world: Places, canaries: Canaries) -> list[str]:
    """What lies in the queue, opened, when every kind of task was asked for and no worker is there to take it."""
    store = redis.from_url(settings.CELERY_BROKER_URL)
    prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
    queues = [f"{prefix}{name}" for name in (current_app.conf.task_default_queue, AUDIT_QUEUE)]
    store.delete(*queues)
    current_app.conf.task_always_eager = False
    try:
        case = Case.objects.get(reference=world["case"])
        documents.add(
            case=case, title=canaries.new("a document's title"), kind=DocumentKind.values[0],
            name=f"{canaries.new('a file name')}.txt", content=WORDS, by=cast.practitioner,
        )  # fmt: skip
        ask(cast.manager, reason=canaries.new("why a copy is taken"))
        for kind in registry._handlers:
            enqueue(kind=kind, key="2026-Q1.canary", requested_by=cast.manager)
        for entry in settings.CELERY_BEAT_SCHEDULE.values():
            app.send_task(entry["task"], **entry.get("options", {}))
        raw = [json.loads(each) for queue in queues for each in store.lrange(queue, 0, -1)]
    finally:
        current_app.conf.task_always_eager = True
        store.delete(*queues)
    tasks = {each["headers"]["task"] for each in raw}
    assert tasks == {"jobs.run", *(entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values())}
    jobs = sum(each["headers"]["task"] == "jobs.run" for each in raw)
    assert jobs > len(registry._handlers), "each kind, and what the services asked for"
    bodies = [base64.b64decode(each.pop("body")).decode() for each in raw]
    for body in bodies:
        arguments, named, _ = json.loads(body)
        assert named == {}
        assert all(re.fullmatch(r"[0-9a-f-]{36}", each) for each in arguments), "a task's argument is a key"
    return [f"{json.dumps(each)} {body}" for each, body in zip(raw, bodies, strict=True)]


def whole_redis() -> str:
    """Every key of every kind with what it holds."""
    store, found = redis.from_url(settings.REDIS_URL), []
    reads = {
        b"string": lambda key: store.get(key), b"hash": lambda key: store.hgetall(key),
        b"list": lambda key: store.lrange(key, 0, -1), b"set": lambda key: store.smembers(key),
        b"zset": lambda key: store.zrange(key, 0, -1), b"stream": lambda key: store.xrange(key),
    }  # fmt: skip
    for key in store.scan_iter(count=1000):
        held = reads.get(store.type(key))
        found.append(f"{key!r} {held(key)!r}" if held else repr(key))
    return "\n".join(found)


def tables() -> Iterator[tuple[str, str]]:
    """What is in the tables that must hold nothing about a child, as only PostgreSQL's superuser can read them."""
    with superuser(connection.settings_dict["NAME"]) as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT t::text FROM {table} t")
            yield table, "\n".join(row for (row,) in cursor.fetchall())
    yield "django_session", "\n".join(str(session.get_decoded()) for session in Session.objects.all())


@pytest.mark.django_db(transaction=True)
def test_no_planted_word_reaches_a_sink(
    cast: Cast,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,
    sweep: Sweep,
) -> None:
    monkeypatch.setattr(settings, "AUDIT_SEAL_SINK", str(tmp_path / "seals"))
    forget_tries()
    world, canaries = build(cast), Canaries()
    grow(cast, world, 3)
    journey = Journey(cast, world, canaries, sweep)
    with heard_from_the_server() as heard:
        address = plant_address(canaries, cast, world)
        plant(canaries)  # what a constraint refuses is in the row that PostgreSQL would write down
        planted = len(canaries.places)
        with listening() as log:
            messages = messages_to_the_worker(cast, world, canaries)  # before a form ends somebody's access
            journey.travel()
            sealing.seal_all()
    letters = "\n".join(f"{each.subject} {each.body} {each.extra_headers}" for each in mail.outbox)
    printed = capfd.readouterr()
    sinks = {
        "logs": "\n".join(log.lines), "printed": printed.out + printed.err, "mail": letters, "redis": whole_redis(),
        "messages": "\n".join(messages), "addresses": "\n".join(journey.addresses), "postgresql": "".join(heard),
        **dict(tables()),
    }  # fmt: skip
    hits = {name: canaries.in_(text) for name, text in sinks.items()}
    told = [(name, word, canaries.places[word]) for name, words in hits.items() for word in sorted(words)]
    with capfd.disabled():
        sizes = ", ".join(f"{name} {len(text):,}" for name, text in sinks.items())
        sys.stdout.write(
            f"\n{planted} planted, {len(canaries.places) - planted} typed, {len(journey.seen)} seen on pages; {sizes}\n"
        )
    assert told == []
    assert planted >= 300
    assert len(journey.seen) > sweep.at_least(100), "pages that show nothing prove nothing"
    assert address in journey.seen
    assert {each for each in journey.seen if each.isdigit()}, "no page showed an NHS number"
    assert {each for each in journey.seen if POSTCODE.fullmatch(each)}, "no page showed a postcode"
    assert log.lines
    assert "violates check constraint" in sinks["postgresql"]
    assert mail.outbox
    assert all(text for name, text in sinks.items() if name != "printed")
