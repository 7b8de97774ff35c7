"""What somebody typed into pages that could not take it: kept for an hour, for that same person only.

A post by somebody no longer signed in, or who must first prove who they are, is put into their browser's session,
encrypted: it lies in the database like every other record, never in the queue's server, and whoever reads the database
reads none of it. When the same person has signed in again and opens that page, or the one its form stood on, they are
shown what they typed and may go on with it; several pages wait beside each other, each for its own. The page itself
answers first, and notes who opened it: whoever may not see it any more is shown nothing, and nothing is kept longer.
Whose it is comes from a signed cookie, set while they were signed in: on a shared computer, nobody else is offered it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, TypedDict, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render

from cse_portal.encryption import Unreadable, decrypt, encrypt
from cse_portal.ui.typed import NOT_KEPT, SHOWN_TO_ROOM, keeps_typed
from cse_portal.ui.views import is_a_page, nearest_page, not_allowed

SALT = "cse_portal.ui.keeping"
PURPOSE = "cse-portal typed before"
SESSION_KEY = "typed_before"
NUMBER = "typed_before"  # the hidden field by which a text that goes on is known
KEPT_SECONDS = 60 * 60
# A session is read at each of its pages: so much of it may be text, and no more.
MOST_BYTES = 2 * 1024 * 1024
MOST_BYTES_IN_ALL = 3 * MOST_BYTES
MOST_TEXTS = 10
NOT_THEIRS = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
TOO_LARGE = "What you typed is too large to be kept (more than 2 MB), and nothing of it was saved."
TOO_MANY = "Only what you typed last is kept, on ten pages at most: something older had to make room."
V = TypeVar("V", bound=Callable[..., HttpResponse])


class Kept(TypedDict):
    """One text: whose, where it was sent and where its form stood, until when (seconds), and what it says, sealed.

    `form` tells a later post of the same form from another tab's.
    """

    number: int
    writer: str
    path: str
    page: str
    form: str
    until: int
    was_signed_in: bool
    sealed: str


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
        """Keep a post nobody is signed in for; let go of it when its writer goes on with it, or leaves it."""
        if request.path.startswith(NOT_KEPT) or not getattr(view, "login_required", True):
            return None
        if not request.user.is_authenticated:
            keep(request, "You were signed out. Sign in again: what you typed is kept for an hour.")
            return None
        return _let_go(request, str(request.user.pk)) if SESSION_KEY in request.session else None


class OfferTypedMiddleware:
    """Stands last: what is kept is shown in place of a page that its writer has just been given, and of no other."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        here: list[Kept] = getattr(request, "typed_here", [])
        return _offer(request, here, response) if here else response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Nobody else has answered for the view: find what was typed here."""
        navigates = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        if request.method == "GET" and navigates and SESSION_KEY in request.session:
            request.typed_here = _typed_here(request, str(request.user.pk))  # type: ignore[attr-defined]
        return None


def typed_is_not_kept(view: V) -> V:
    """Marks a view whose posts are not kept: a script sends them again, or they are a search."""
    view.keeps_typed = False  # type: ignore[attr-defined]
    return view


def keep(request: HttpRequest, words: str) -> None:
    """Put a post that cannot be taken now into the session, and tell its writer so in these words."""
    writer = str(request.user.pk) if request.user.is_authenticated else _writer(request)
    if not writer or not keeps_typed(request):
        return
    typed = _typed(request)
    if typed is None:
        messages.warning(request, TOO_LARGE)
        return
    before = _still_kept(request, writer)
    new: Kept = {
        "number": 1 + max((each["number"] for each in before), default=0),
        "writer": writer,
        "path": request.path,
        "page": _page_of(request),
        "form": "script" if "HX-Request" in request.headers else _form_of(request.POST),
        "until": int(time.time()) + KEPT_SECONDS,
        "was_signed_in": request.user.is_authenticated,
        "sealed": encrypt(f"{request.META.get('QUERY_STRING', '')}\n{typed}", PURPOSE),
    }
    others = [each for each in before if not _same_form(each, new)]
    fitting = _fitting([*others, new])
    request.session[SESSION_KEY] = fitting
    messages.info(request, words)
    if len(fitting) <= len(others):
        messages.warning(request, TOO_MANY)


@contextmanager
def kept_over(request: HttpRequest) -> Iterator[None]:
    """A session that runs out leaves what is kept in it to the next one of this browser."""
    kept = request.session.get(SESSION_KEY)
    yield
    if kept:
        request.session[SESSION_KEY] = kept


def _typed(request: HttpRequest) -> str | None:
    """The post in one line; None where it is more than is kept, or more than could be read."""
    try:
        typed = request.POST.copy()
    except (UnreadablePostError, SuspiciousOperation, MultiPartParserError):
        return None
    for name in ("csrfmiddlewaretoken", NUMBER):
        typed.pop(name, None)
    text = typed.urlencode()
    return text if len(text) <= MOST_BYTES else None


def _page_of(request: HttpRequest) -> str:
    """The page the form stood on, as the browser says; else the address itself, or the nearest page above it.

    A list says nothing of who may see a record in it: what was sent from there to a record waits on the record's page.
    """
    stood_on = urlsplit(request.headers.get("Referer", ""))
    ours = stood_on.netloc == request.get_host() and not stood_on.path.startswith(NOT_KEPT)
    own = nearest_page(request.path)
    of_it = own == "/" or _same_record(stood_on.path, request.path)
    return stood_on.path if ours and of_it and is_a_page(stood_on.path) else own


def _same_record(path: str, other: str) -> bool:
    """Whether two addresses begin with the same record, as /cases/CSE-2026-00042/ does."""
    return path.split("/")[1:3] == other.split("/")[1:3]


def _form_of(posted: QueryDict) -> str:
    """What a form carries to be known again, each time it is drawn."""
    named = next((name for name in posted if name.rpartition("-")[2] == "form_token"), "form_token")
    return str(posted.get(named, ""))[:40]


def _same_form(old: Kept, new: Kept) -> bool:
    """Whether the newer one is what the older one became: nobody types it twice."""
    return old["path"] == new["path"] and old["form"] == new["form"] != ""


def _fitting(texts: list[Kept]) -> list[Kept]:
    """The newest, as many as may be kept."""
    texts = texts[-MOST_TEXTS:]
    while len(texts) > 1 and sum(len(each["sealed"]) for each in texts) > MOST_BYTES_IN_ALL:
        texts = texts[1:]
    return texts


def _still_kept(request: HttpRequest, writer: str) -> list[Kept]:
    """This person's, as long as it is kept, oldest first."""
    texts: list[Kept] = request.session.get(SESSION_KEY, [])
    return [each for each in texts if each["writer"] == writer and each["until"] >= time.time()]


def _typed_here(request: HttpRequest, writer: str) -> list[Kept]:
    """This person's for this page, oldest first; a part that a script draws is not offered anything."""
    if "HX-Request" in request.headers:
        return []
    return [each for each in _still_kept(request, writer) if request.path in (each["path"], each["page"])]


def _let_go(request: HttpRequest, writer: str) -> HttpResponse | None:
    """Of what goes on, or is left; anybody else's sign-in, or an hour, ends what is kept."""
    texts = _leave(request, _still_kept(request, writer), number=None)
    if not _typed_here(request, writer):
        return None
    if request.method == "POST":
        _leave(request, texts, number=request.POST.get(NUMBER, ""))
    elif "leave_typed" in request.GET:
        _leave(request, texts, number=request.GET["leave_typed"])
        return redirect(nearest_page(request.path))
    return None


def _offer(request: HttpRequest, here: list[Kept], response: HttpResponse) -> HttpResponse:
    """The newest that was typed here, instead of the page they were given; a button's address leads to its page."""
    if response.status_code in NOT_THEIRS:
        _drop(request, here)
    elif response.status_code == HTTPStatus.FOUND:
        _lead_on(request, here, urlsplit(response["Location"]).path)
    elif response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and here[-1]["page"] != request.path:
        return redirect(here[-1]["page"])
    if response.status_code != HTTPStatus.OK:
        return response
    for kept in reversed(here):
        try:
            query, _, text = decrypt(kept["sealed"], PURPOSE).partition("\n")
        except Unreadable:
            _drop(request, [kept])
        else:
            return _shown(request, kept, query, QueryDict(text))
    return response


def _shown(request: HttpRequest, kept: Kept, query: str, typed: QueryDict) -> HttpResponse:
    fields = [(name, value) for name in typed for value in typed.getlist(name)]
    context = {
        "action": f"{kept['path']}?{query}" if query else kept["path"],
        "fields": [*fields, (NUMBER, str(kept["number"]))],
        "words": [value for _, value in fields if " " in value.strip()],
        "number": kept["number"],
        "others": len(_still_kept(request, kept["writer"])) - 1,
        "was_signed_in": kept["was_signed_in"],
        "folded": SHOWN_TO_ROOM in request.session,
    }
    return render(request, "ui/typed_before.html", context)


def _drop(request: HttpRequest, texts: list[Kept]) -> None:
    for each in texts:
        _leave(request, request.session.get(SESSION_KEY, []), number=str(each["number"]))


def _lead_on(request: HttpRequest, here: list[Kept], page: str) -> None:
    """An address that leads to another page of the same record takes along what was typed there."""
    if _same_record(page, request.path) and is_a_page(page):
        for each in here:
            each["page"] = page
        request.session.modified = True


def _leave(request: HttpRequest, texts: list[Kept], *, number: str | None) -> list[Kept]:
    """Keep these, without the one of this number."""
    left = [each for each in texts if str(each["number"]) != number]
    if not left:
        request.session.pop(SESSION_KEY, None)
    elif left != request.session.get(SESSION_KEY):
        request.session[SESSION_KEY] = left
    return left


def _writer(request: HttpRequest) -> str:
    return str(request.get_signed_cookie(settings.WRITER_COOKIE_NAME, default="", salt=SALT))
