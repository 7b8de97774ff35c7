"""Gives every request an id that its audit events and log lines share."""

from collections.abc import Callable
from http import HTTPStatus

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.log import log_response

from cse_portal.audit import context


class RequestContextMiddleware:
    """One id per request, made here and never taken from the client."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with (
            context.request() as identifier,
            structlog.contextvars.bound_contextvars(request_id=str(identifier)),
        ):
            response = self.get_response(request)
            if response.status_code >= HTTPStatus.BAD_REQUEST:
                # Django would, once the number is gone; what is logged already it passes over, and so does this.
                log_response(
                    "%s: %s", response.reason_phrase, request.path, response=response, request=request
                )
            return response
