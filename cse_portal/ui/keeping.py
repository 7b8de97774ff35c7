"""What somebody typed into a page that could not take it: kept for an hour, for that same person only.

A post by somebody no longer signed in, or who must first prove who they are, is put into their browser's session,
which lies in the database like every other record, never in the queue's server.
When the same person has signed in again and opens that page, they are shown what they typed and may go on with it.
Whose it is comes from a signed cookie, set while they were signed in: on a shared computer, nobody else is offered it.
"""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from cse_portal.ui.typed import NOT_KEPT, keeps_typed
from cse_portal.ui.views import nearest_page, not_allowed

SALT = "cse_portal.ui.keeping"
SESSION_KEY = "typed_before"
KEPT_SECONDS = 60 * 60
MOST_BYTES = 2 * 1024 * 1024
V = TypeVar("V", bound=Callable[..., HttpResponse])


class KeepTypedMiddleware:
    """Stands before the one that asks for sign-in, so that it sees the post that would be lost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not request.path.startswith("/api/"):
            response = not_allowed(request, response["Allow"])
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and _writer(request) != str(user.pk):
            response.set_signed_cookie(
                settings.WRITER_COOKIE_NAME,
                str(user.pk),
                salt=SALT,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Keep a post nobody is signed in for; offer it when its writer is back on that page."""
        if request.path.startswith(NOT_KEPT) or not getattr(view, "login_required", True):
            return None
        if not request.user.is_authenticated:
            keep(request, "You were signed out. Sign in again: what you typed is kept for an hour.")
            return None
        return _offer(request) if SESSION_KEY in request.session else None


def typed_is_not_kept(view: V) -> V:
    """Marks a view whose posts are not kept: a script sends them again, or they hold what lies nowhere in clear."""
    view.keeps_typed = False  # type: ignore[attr-defined]
    return view


def keep(request: HttpRequest, words: str) -> None:
    """Put a post that cannot be taken now into the session, and tell its writer so in these words."""
    if not keeps_typed(request):
        return
    signed_in = request.user.is_authenticated
    writer = str(request.user.pk) if signed_in else _writer(request)
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    text = typed.urlencode()
    if not writer or len(text) > MOST_BYTES:
        return
    kept_until = int(time.time()) + KEPT_SECONDS
    request.session[SESSION_KEY] = {
        "writer": writer,
        "path": request.path,
        "typed": text,
        "until": kept_until,
        "was_signed_in": signed_in,
    }
    messages.info(request, words)


def _offer(request: HttpRequest) -> HttpResponse | None:
    kept = request.session[SESSION_KEY]
    if kept["until"] < time.time() or kept["writer"] != str(request.user.pk):
        del request.session[SESSION_KEY]
        return None
    if request.path != kept["path"] or "HX-Request" in request.headers:
        return None
    if request.method == "POST" or "leave_typed" in request.GET:
        del request.session[SESSION_KEY]
        return None if request.method == "POST" else redirect(nearest_page(request.path))
    typed = QueryDict(kept["typed"])
    fields = [(name, value) for name in typed for value in typed.getlist(name)]
    context = {
        "fields": fields,
        "words": [value for _, value in fields if " " in value.strip()],
        "was_signed_in": kept["was_signed_in"],
    }
    return render(request, "ui/typed_before.html", context)


def _writer(request: HttpRequest) -> str:
    return str(request.get_signed_cookie(settings.WRITER_COOKIE_NAME, default="", salt=SALT))
