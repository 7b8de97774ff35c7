"""What happens around each request: for whom it acts, and how a refusal is answered and recorded."""

import logging
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from cse_portal import acting
from cse_portal.access.middleware import StandingMiddleware, record_denial
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.audit.actions import Action
from cse_portal.audit.middleware import RequestContextMiddleware
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from tests.cast import Cast

ANSWER = HttpResponse("Somebody's page")


def asked(
    user: User | AnonymousUser | None = None,
    page: str = "cases:detail",
    *,
    method: str = "POST",
    **about: Any,
) -> HttpRequest:
    """A request as the middleware before these left it."""
    request = RequestFactory().generic(method, "/cases/CSE-2026-00001/", **about)
    if user is not None:
        request.user = user
    request.resolver_match = SimpleNamespace(view_name=page) if page else None  # type: ignore[assignment]
    return request


# ----------------------------------------------------------------------------------------------------- for whom


@pytest.mark.django_db
def test_a_request_acts_for_its_user_and_for_nobody_before_and_after(cast: Cast) -> None:
    who = user_context(cast.health)
    assert who is not None
    seen = []

    def page(request: HttpRequest) -> HttpResponse:
        assert isinstance(request, HttpRequest)
        seen.append(acting.current())
        return ANSWER

    before = acting.current()
    around = StandingMiddleware(page)
    assert around(asked(cast.health)) is ANSWER
    assert around(asked(AnonymousUser())) is ANSWER
    assert around(asked()) is ANSWER
    assert seen == [who.actor, acting.NOBODY, acting.NOBODY]
    assert acting.current() == before


def test_a_request_has_one_number_made_here() -> None:
    seen = []

    def page(request: HttpRequest) -> HttpResponse:
        assert isinstance(request, HttpRequest)
        logged = structlog.contextvars.get_contextvars()
        seen.append((str(context.request_id()), logged.get("request_id")))
        return ANSWER

    around, theirs = RequestContextMiddleware(page), str(uuid.uuid4())
    assert around(asked(headers={"X-Request-Id": theirs})) is ANSWER
    assert around(asked()) is ANSWER
    (first, in_log), (second, _) = seen
    assert first == in_log
    assert len({first, second, theirs}) == 3
    assert "request_id" not in structlog.contextvars.get_contextvars()


@pytest.mark.parametrize(("status", "logged"), [(399, []), (400, ["Bad Request"]), (404, ["Not Found"])])
def test_a_refused_request_is_logged_once_with_its_number(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, status: int, logged: list[str]
) -> None:
    """Django's own line would come after the number is gone, and an answer that is logged it passes over."""
    monkeypatch.setattr(logging.getLogger("django"), "propagate", True)
    request, answer = asked(), HttpResponse(status=status)
    with caplog.at_level("WARNING", "django.request"):
        assert RequestContextMiddleware(lambda _: answer)(request) is answer
    assert [line.getMessage() for line in caplog.records] == [f"{word}: {request.path}" for word in logged]
    assert all(line.status_code == status and line.request is request for line in caplog.records)  # type: ignore[attr-defined]
    assert getattr(answer, "_has_been_logged", False) is bool(logged)


# ------------------------------------------------------------------------------------------------- what refused


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("refusal", "answer", "hidden"),
    [(NotVisible(), Http404, True), (NotPermitted(), PermissionDenied, False)],
)
def test_a_refusal_is_answered_and_on_record_without_what_was_asked_for(
    cast: Cast, refusal: Exception, answer: type[Exception], hidden: bool
) -> None:
    around = StandingMiddleware(lambda request: ANSWER)
    with pytest.raises(answer) as raised:
        around.process_exception(asked(cast.outsider), refusal)
    assert raised.value.__cause__ is refusal
    event = AuditEvent.objects.filter(action=Action.DENIED).latest("written_at")
    assert (event.actor, event.object_id, event.case_id, event.reason) == (cast.outsider, None, None, "")
    assert event.detail == {"page": "cases:detail", "method": "POST", "hidden": hidden}


@pytest.mark.django_db
def test_nobody_signed_in_and_no_page_found_are_on_record_as_that() -> None:
    record_denial(asked(AnonymousUser(), page=""), hidden=True)
    event = AuditEvent.objects.filter(action=Action.DENIED).latest("written_at")
    assert event.actor is None
    assert event.detail == {"page": "", "method": "POST", "hidden": True}
