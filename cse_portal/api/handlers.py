"""Django's error handlers: a problem document below /api/, the page everywhere else."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from cse_portal.api import problems
from cse_portal.ui import views

PREFIX = "/api/"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request cannot be read."""
    if not request.path.startswith(PREFIX):
        return views.bad_request(request, exception)
    return problems.as_http(problems.problem(HTTPStatus.BAD_REQUEST, "The request could not be read."))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: visible, but not for this person to do."""
    if not request.path.startswith(PREFIX):
        return views.permission_denied(request, exception)
    return problems.as_http(problems.problem(HTTPStatus.FORBIDDEN, problems.NOT_PERMITTED))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same answer for an unknown address and for a row this person may not know of."""
    if not request.path.startswith(PREFIX):
        return views.not_found(request, exception)
    return problems.as_http(problems.problem(HTTPStatus.NOT_FOUND, problems.NOT_FOUND))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault."""
    if not request.path.startswith(PREFIX):
        return views.server_error(request)
    words = "Something went wrong on our side. Nothing was saved."
    return problems.as_http(problems.problem(HTTPStatus.INTERNAL_SERVER_ERROR, words))
