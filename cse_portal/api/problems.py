"""Every error of the API is a problem document (RFC 9457); of a page, an answer that says what to do."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from cse_portal.errors import NotAllowed, NotAllowedNow
from cse_portal.ui import views

CONTENT_TYPE = "application/problem+json"
# The same words for an unknown address and for a row this person may not know of.
NOT_FOUND = "There is nothing at this address, or it is not yours to see."
NOT_PERMITTED = "Your role, or your access to this record, does not let you do this."
NO_TLS = "Call this address with https. What was sent this time was readable on its way: change it if it was secret."

PREFIX = "/api/"


def handle(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None lets the exception travel on, so that the middleware records the refusal."""
    if isinstance(exception, NotAllowed | Http404 | PermissionDenied):
        return None
    if isinstance(exception, NotAllowedNow):
        set_rollback()
        return _answer(problem(HTTPStatus.CONFLICT, exception.message, kind=type(exception).__name__))
    if isinstance(exception, DjangoValidationError):
        exception = ValidationError(_messages(exception))
    answer = exception_handler(exception, context)
    if answer is None or not isinstance(exception, APIException):
        return answer
    body = problem(HTTPStatus(answer.status_code), _detail(exception), errors=_errors(exception))
    return _answer(body, headers={name: value for name, value in answer.items() if name != "Content-Type"})


def problem(
    status: HTTPStatus, detail: str, *, kind: str = "", errors: dict[str, list[str]] | None = None
) -> dict[str, Any]:
    """The document itself; `kind` names an error of the domain, `errors` says what is wrong field by field."""
    body: dict[str, Any] = {
        "type": f"urn:cse-portal:problem:{_kebab(kind)}" if kind else "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
    }
    return {**body, "errors": errors} if errors else body


def as_http(status: HTTPStatus, detail: str, *, kind: str = "") -> HttpResponse:
    """The document where no view of the API answers: an unknown address, a refusal, a fault."""
    body = JSONRenderer().render(problem(status, detail, kind=kind))
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE)


def _answer(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def _detail(exception: APIException) -> str:
    if isinstance(exception, ValidationError):
        return "Some fields need another answer. They are listed under errors."
    return str(exception.detail)


def _errors(exception: APIException) -> dict[str, list[str]] | None:
    return _flat(exception.detail) if isinstance(exception, ValidationError) else None


def _flat(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Errors as {"people.0.name": ["Enter a name"]}, however deep the serializer was."""
    if isinstance(detail, dict):
        parts = [_flat(inner, f"{path}.{name}" if path else str(name)) for name, inner in detail.items()]
    elif isinstance(detail, list) and any(isinstance(item, dict) for item in detail):
        parts = [
            _flat(inner, f"{path}.{place}" if path else str(place)) for place, inner in enumerate(detail)
        ]
    else:
        words = detail if isinstance(detail, list) else [detail]
        return {path or "non_field_errors": [str(word) for word in words]} if words else {}
    return {name: words for part in parts for name, words in part.items()}


def _messages(exception: DjangoValidationError) -> Any:
    return exception.message_dict if hasattr(exception, "error_dict") else exception.messages


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request cannot be read."""
    if not request.path.startswith(PREFIX):
        return views.bad_request(request, exception)
    return as_http(HTTPStatus.BAD_REQUEST, "The request could not be read.")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: visible, but not for this person to do."""
    if not request.path.startswith(PREFIX):
        return views.permission_denied(request, exception)
    return as_http(HTTPStatus.FORBIDDEN, NOT_PERMITTED)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same answer for an unknown address and for a row this person may not know of."""
    if not request.path.startswith(PREFIX):
        return views.not_found(request, exception)
    return as_http(HTTPStatus.NOT_FOUND, NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault."""
    if not request.path.startswith(PREFIX):
        return views.server_error(request)
    words = "Something went wrong on our side. Nothing was saved."
    return as_http(HTTPStatus.INTERNAL_SERVER_ERROR, words)


class OnlyOverTlsMiddleware:
    """Programs are told that they called without TLS: led on to it, they would never learn what they had already sent.

    Stands before Django's own, which leads a browser from http to https.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and request.path.startswith(PREFIX) and not request.is_secure():
            return as_http(HTTPStatus.FORBIDDEN, NO_TLS, kind="TlsNeeded")
        return self.get_response(request)
