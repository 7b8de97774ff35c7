"""Refused posts of long writing become drafts."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from cse_portal.drafts import services

REFUSED = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


class KeepRefusedMiddleware:
    """Keeps what a form of long writing brought, where its page refuses it. Stands inside who acts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        ours = getattr(request, "csrf_processing_done", False)  # another site's post is not kept
        if request.method == "POST" and response.status_code in REFUSED and ours:
            services.keep_posted(request)
        return response
