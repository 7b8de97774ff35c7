"""Keeping, finding and forgetting the drafts of one person."""

import datetime as dt
import json
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.drafts.models import Draft
from cse_portal.encryption import Unreadable, decrypt, encrypt
from cse_portal.errors import NotAllowedNow, NotPermitted

PURPOSE = "cse-portal draft"
KEPT = dt.timedelta(days=14)
MOST_CHARACTERS = 500_000
A_KEY = re.compile(r"[a-z][A-Za-z0-9:_-]{2,119}")
NAME = "draft"  # the hidden box of a form that says which draft is its own
NOT_TYPED = frozenset({"csrfmiddlewaretoken", NAME, "discard"})
Fields = list[tuple[str, str]]
KEPT_AS_DRAFT = "What you typed is kept for you under Your drafts."


class TooLong(NotAllowedNow):
    """A draft is text that somebody typed, not a file."""

    message = "This is too long to be kept as a draft. Make it shorter, or finish the form."


@dataclass(frozen=True)
class Found:
    """A draft as its writer left it."""

    key: str
    page: str
    fields: Fields
    updated_at: dt.datetime

    @property
    def texts(self) -> list[str]:
        """What somebody wrote in words, without ticks and choices."""
        return [value for _, value in self.fields if " " in value.strip()]


@transaction.atomic
def keep(*, user: User, key: str, fields: Iterable[tuple[str, str]], page: str) -> Draft:
    """Save what is in the form now, in place of what was in it before. Raises NotPermitted and TooLong."""
    if user_context(user) is None:
        raise NotPermitted
    typed = json.dumps([[name, value] for name, value in fields if name not in NOT_TYPED])
    if len(typed) > MOST_CHARACTERS:
        raise TooLong
    now = timezone.now()
    values = {
        "sealed": encrypt(typed, PURPOSE),
        "page": urlsplit(page).path[:300],
        "updated_at": now,
        "expires_at": now + KEPT,
    }
    return Draft.objects.update_or_create(user=user, key=key, defaults=values)[0]


def drafts_of(user: User, keys: Sequence[str] | None = None) -> list[Found]:
    """This person's drafts, all or those of some forms; one that cannot be opened any more is left out."""
    rows = Draft.objects.filter(user=user, expires_at__gt=timezone.now())
    found = []
    for row in rows if keys is None else rows.filter(key__in=keys):
        try:
            fields = [(str(name), str(value)) for name, value in json.loads(decrypt(row.sealed, PURPOSE))]
        except Unreadable:
            continue
        found.append(Found(row.key, row.page, fields, row.updated_at))
    return found


def posted(user: User, key: str) -> QueryDict | None:
    """The draft of one form as if it were posted, for a page that is drawn from it."""
    found = drafts_of(user, [key])
    if not found:
        return None
    fields = QueryDict(mutable=True)
    for name, value in found[0].fields:
        fields.appendlist(name, value)
    return fields


def forget(user: User, key: str) -> None:
    """It was saved, or its writer does not need it any more: the draft of a form, with those of its steps."""
    Draft.objects.filter(Q(key=key) | Q(key__startswith=f"{key}:"), user=user).delete()


def saved(request: HttpRequest) -> None:
    """The form of this post was saved, so its draft goes."""
    if (key := request.POST.get(NAME, "")) and isinstance(request.user, User):
        forget(request.user, key)


def keep_posted(request: HttpRequest) -> None:
    """A form of long writing was posted and could not be taken: keep what it brought, for its writer alone."""
    key = request.POST.get(NAME, "")
    if A_KEY.fullmatch(key) and isinstance(request.user, User):
        with suppress(TooLong, NotPermitted):
            keep(
                user=request.user,
                key=key,
                fields=fields_of(request.POST),
                page=request.headers.get("Referer", ""),
            )


def fields_of(posted: QueryDict) -> Fields:
    """Every answer of a post, in its order."""
    return [(name, str(value)) for name, values in posted.lists() for value in values]


def forget_old() -> int:
    """Every night: drafts that nobody came back to. Returns how many."""
    return Draft.objects.filter(expires_at__lte=timezone.now()).delete()[0]
