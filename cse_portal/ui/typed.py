"""What somebody typed into a page that refuses it: given back to them on that very answer, to copy.

It is read from the post itself and kept nowhere. So it is the same whether what the post was about is hidden or was
never there. What is not kept over a lost session is not given back either: passwords and searches.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404, resolve

NOT_KEPT = ("/accounts/", "/api/", "/demo/")
SHOWN_TO_ROOM = "projecting"  # in the session: this screen is one that a room sees

# What a page carries or its buttons say; nobody types it. The last part of a name that has several.
CARRIED = frozenset({
    "csrfmiddlewaretoken", "form_token", "version", "was", "drawn", "seen", "sort", "stage", "chosen", "instead_of",
    "item", "next", "revision", "starts_at", "ends_at", "to", "passage", "redaction", "way", "meeting_may_discuss",
    "whole", "kind", "unsent", "leaving", "choice", "typed_before", "another_day",
    "do", "leave", "on", "one", "overwrite", "present", "send", "step", "add", "remove",
    "TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS",
})  # fmt: skip
ONE_LINE = 60
_A_ROW = re.compile(r"_[0-9a-f]{32}$")
DRAWN = "drawn"  # a part of a page says in short what it showed, so that the rest is what somebody typed


Named = tuple[str, str]


@dataclass(frozen=True)
class Typed:
    """Texts, each to be copied on its own, and short answers, by their names; `folded` where others see this screen."""

    texts: tuple[Named, ...]
    short: tuple[Named, ...]
    folded: bool = False

    def __bool__(self) -> bool:
        return bool(self.texts or self.short)


NOTHING = Typed((), ())


def keeps_typed(request: HttpRequest) -> bool:
    """Whether what is posted here may be kept for its writer, and given back."""
    if request.method != "POST" or request.path.startswith(NOT_KEPT):
        return False
    try:
        return getattr(resolve(request.path_info).func, "keeps_typed", True)
    except Resolver404:
        return False


def given_back(request: HttpRequest) -> Typed:
    """What its own writer posted, for the page that refuses it; nothing of a post that another site may have made."""
    user = getattr(request, "user", None)
    if (
        user is None
        or not user.is_authenticated
        or "HX-Request" in request.headers
        or not keeps_typed(request)
    ):
        return NOTHING
    checked = getattr(request, "csrf_processing_done", False)
    if not checked and request.headers.get("Sec-Fetch-Site") != "same-origin":
        return NOTHING
    try:
        posted = request.POST
    except (UnreadablePostError, SuspiciousOperation, MultiPartParserError):
        return NOTHING
    texts, short = typed_in(posted)
    session = getattr(request, "session", {})
    return Typed(texts, short, folded=SHOWN_TO_ROOM in session)


def typed_in(posted: QueryDict) -> tuple[tuple[Named, ...], tuple[Named, ...]]:
    """The texts and the short answers of a post, in its order."""
    shown = tuple(f"{part}-" for part in parts_of(posted) if not was_typed(posted, part))
    named = [
        (name, found) for name, found in posted.lists() if not is_carried(name) and not name.startswith(shown)
    ]
    values = [(_in_words(name), value) for name, found in named for value in found]
    answers = [
        (name, value) for name, value in values if value.strip() and value != "on" and not _is_key(value)
    ]
    texts = tuple(each for each in answers if _is_text(each[1]))
    return texts, tuple(each for each in answers if each not in texts)


def parts_of(posted: QueryDict) -> list[str]:
    """The parts that a post brings which say what they showed."""
    return [name.removesuffix(f"-{DRAWN}") for name in posted if name.endswith(f"-{DRAWN}")]


def was_typed(posted: QueryDict, part: str) -> bool:
    """Whether a part comes back otherwise than the page showed it."""
    answers = [
        (name, value) for name, found in posted.lists() if name.startswith(f"{part}-") for value in found
    ]
    return posted.get(f"{part}-{DRAWN}", "") != in_short(answers)


def in_short(answers: Iterable[tuple[str, str]]) -> str:
    """What a browser sends of these boxes, in a few letters: an empty one is as good as none."""
    said = sorted((name, " ".join(value.split())) for name, value in answers if not is_carried(name))
    return hashlib.sha256(json.dumps([each for each in said if each[1]]).encode()).hexdigest()[:16]


def is_carried(name: str) -> bool:
    """Whether the page carries this by itself."""
    return name.rpartition("-")[2] in CARRIED


def _is_text(value: str) -> bool:
    return len(value.split()) > 1 or len(value) > ONE_LINE


def _in_words(name: str) -> str:
    """A box as its label might call it: part-0123-measure_of_success is "Measure of success"."""
    words = _A_ROW.sub("", name.rpartition("-")[2]).replace("_", " ").strip()
    return words[:ONE_LINE].capitalize() or "Text"


def _is_key(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True
