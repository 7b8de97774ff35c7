"""Gives every request an id that its audit events and log lines share."""

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from cse_portal import acting
from cse_portal.audit import context


class RequestContextMiddleware:
    """One id per request, made here and never taken from the client; and nobody acts until they are known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with (
            context.request() as identifier,
            acting.acting(acting.NOBODY),
            structlog.contextvars.bound_contextvars(request_id=str(identifier)),
        ):
            return self.get_response(request)
