"""Programs are told that they called without TLS: led on to it, they would never learn what they had already sent."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from cse_portal.api import problems

API = "/api/"
NEEDED = "Call this address with https. What was sent this time was readable on its way: change it if it was secret."


class OnlyOverTlsMiddleware:
    """Stands before Django's own, which leads a browser from http to https."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and request.path.startswith(API) and not request.is_secure():
            return problems.as_http(problems.problem(HTTPStatus.FORBIDDEN, NEEDED, kind="TlsNeeded"))
        return self.get_response(request)
