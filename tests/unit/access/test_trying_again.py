"""Which requests are tried again after a lost race, what is put back before, and what is asked of every floor."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from cse_portal.access import again


class OfTheServer(Exception):
    """As the driver says it: with PostgreSQL's code."""

    def __init__(self, pgcode: str | None) -> None:
        super().__init__("said by the server")
        self.pgcode = pgcode


def raised(kind: type[Exception], code: str | None) -> Exception:
    found = kind("a question failed")
    found.__cause__ = OfTheServer(code)
    return found


@pytest.fixture(autouse=True)
def no_transaction(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Each try is in a transaction; here there is no database. What is waited for is told, and not waited for."""
    waited: list[float] = []
    monkeypatch.setattr(again.transaction, "atomic", _Nothing)
    monkeypatch.setattr(again.time, "sleep", waited.append)
    monkeypatch.setattr(again.context, "forget_everything", lambda: None)
    return waited


class _Nothing:
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


def asked(view: Any, *args: str, **named: str) -> HttpRequest:
    request = RequestFactory().post("/", {"said": "seen today"})
    request.resolver_match = SimpleNamespace(func=view, args=args, kwargs=named)
    return request


@pytest.mark.parametrize(
    ("kind", "code", "lost"),
    [
        (OperationalError, "40P01", True),
        (OperationalError, "40001", True),
        (OperationalError, "57014", False),
        (OperationalError, None, False),
        (ValueError, "40P01", False),
    ],
)
def test_a_race_is_lost_where_postgresql_says_so_of_a_question(
    kind: type[Exception], code: str | None, lost: bool
) -> None:
    assert again.lost_a_race(raised(kind, code)) is lost


def test_the_page_is_asked_again_with_all_that_its_address_says(no_transaction: list[float]) -> None:
    def page(request: HttpRequest, *args: str, **named: str) -> HttpResponse:
        return HttpResponse(f"{request.POST['said']} {args} {named}")

    lost = raised(OperationalError, "40P01")
    answer = again.try_again(asked(page, "a case", section="plan"), lost)
    assert answer.content.decode() == "seen today ('a case',) {'section': 'plan'}"
    assert len(no_transaction) == 1


def test_each_wait_is_short_and_drawn_by_lot(no_transaction: list[float]) -> None:
    for _ in range(50):
        again.try_again(asked(lambda request: HttpResponse()), raised(OperationalError, "40P01"))
    assert 0.05 <= min(no_transaction) < 0.1
    assert 0.2 < max(no_transaction) <= 0.25


def test_an_address_that_leads_nowhere_and_one_outside_a_transaction_are_not_asked_again() -> None:
    lost = raised(OperationalError, "40P01")
    nowhere = RequestFactory().get("/")
    nowhere.resolver_match = None

    def outside(request: HttpRequest) -> HttpResponse:
        raise AssertionError("asked again")

    outside._non_atomic_requests = {"default"}  # type: ignore[attr-defined]
    for request in (nowhere, asked(outside)):
        with pytest.raises(OperationalError) as told:
            again.try_again(request, lost)
        assert told.value is lost


def test_what_came_as_a_stream_and_is_gone_is_not_done_by_halves() -> None:
    def page(request: HttpRequest) -> HttpResponse:
        raise AssertionError("asked again")

    request = asked(page)
    request.read(3)
    assert request._read_started  # type: ignore[attr-defined]
    lost = raised(OperationalError, "40P01")
    with pytest.raises(OperationalError) as told:
        again.try_again(request, lost)
    assert told.value is lost


@pytest.mark.parametrize("kept", ["_body", "_post", None])
def test_what_is_kept_or_was_never_read_is_asked_again(kept: str | None) -> None:
    request: Any = asked(lambda request: HttpResponse("Saved"))
    if kept:
        request._read_started = True
        setattr(request, kept, {})
    assert again.try_again(request, raised(OperationalError, "40P01")).content == b"Saved"


def test_a_request_that_never_began_to_be_read_is_asked_again_whatever_it_is() -> None:
    request: Any = SimpleNamespace(
        resolver_match=SimpleNamespace(func=lambda _: HttpResponse("Saved"), args=(), kwargs={})
    )
    assert again.try_again(request, raised(OperationalError, "40P01")).content == b"Saved"


def test_a_file_that_was_sent_is_read_from_its_beginning_again() -> None:
    read: list[bytes] = []

    def page(request: HttpRequest) -> HttpResponse:
        read.append(request.FILES["letter"].read())
        return HttpResponse()

    request = RequestFactory().post("/", {"letter": SimpleUploadedFile("letter.txt", b"Seen today")})
    request.resolver_match = SimpleNamespace(func=page, args=(), kwargs={})
    page(request)
    again.try_again(request, raised(OperationalError, "40P01"))
    assert read == [b"Seen today"] * 2
