"""The one way an audit event is written: in the transaction of the act, or not at all."""

import json
import re
import unicodedata
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from psycopg2.extras import Json

from cse_portal import acting
from cse_portal.accounts.models import Membership, User
from cse_portal.audit import context
from cse_portal.audit.actions import LEAVES_SIGHT_ALONE, Action
from cse_portal.audit.models import AuditEvent, kept_for

ANSWERS = "answers of the gate"
SHOWN = "cases this request has shown"
# Of one search; nobody types more.
MOST_WORDS = 12
APPEND = f"SELECT audit.append({', '.join(['%s'] * 14)})"


def record(
    action: Action,
    *,
    by: User | None,
    obj: models.Model | None = None,
    case: models.Model | None = None,
    reason: str = "",
    detail: dict[str, Any] | None = None,
    cases: Iterable[uuid.UUID | None] = (),
    about: Iterable[uuid.UUID | None] = (),
) -> AuditEvent:
    """Append one event. `detail` takes ids, codes, counts and field names, never personal values.

    `cases` are the keys of the children's cases that a list or a copy showed: by them it is found on each child's page.
    `about` are the keys of the concern, submission, person or place that a row beside it is about, where that is not
    `obj` itself: anyone who is shut out of one of these does not read the event.
    `reason` is somebody's own words: it is kept beside the event, encrypted, and goes with the record it is about.

    Raises TransactionManagementError outside a transaction: an event that cannot share its act's fate is no evidence.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "An audit event must be written in its act's transaction."
        )
    if action not in LEAVES_SIGHT_ALONE:
        context.forget(ANSWERS)
    shown = {key for key in cases if key}
    shown_so_far().update(shown, [case.pk] if case else ())
    membership = membership_of(by)
    session, network = context.origin()
    event = AuditEvent(
        action=action,
        actor=by,
        agency=membership.agency if membership else None,
        role=membership.role if membership else "",
        object_type=obj._meta.label if obj else "",
        object_id=obj.pk if obj else None,
        case_id=case.pk if case else None,
        detail={**(detail or {}), **_keys("cases", shown), **_keys("about", about)},
        request_id=context.request_id(),
        session=session,
        network=network,
        at=timezone.now(),
    )
    _append(event, why=reason[:500])
    return event


def shown_so_far() -> set[uuid.UUID]:
    """The cases that the events of this request or job are about: what it has shown of children."""
    return context.remembered(SHOWN, set)


def _keys(name: str, given: Iterable[uuid.UUID | None]) -> dict[str, list[str]]:
    keys = sorted({str(key) for key in given if key})
    return {name: keys} if keys else {}


def _append(event: AuditEvent, why: str) -> None:
    """Through the database's own function: it knows who acts, and there is no other way."""
    said = (
        event.pk, event.at, event.actor_id, event.agency_id, event.role, event.action, event.object_type,
        event.object_id, event.case_id, kept_for(event, why), Json(event.detail, dumps=_dumps), event.request_id,
        event.session, event.network,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(APPEND, said)
    event._state.adding = False


@transaction.atomic
def erase_values(subjects: Iterable[uuid.UUID]) -> int:
    """What changed rows of these records held is gone for good; that they changed, when and by whom stays proved."""
    wanted = sorted({str(each) for each in subjects})
    with acting.for_the_system(), connection.cursor() as cursor:  # no person may erase what the audit keeps
        cursor.execute("SELECT audit.erase_values(%s::uuid[])", [wanted])
        erased = int(cursor.fetchone()[0])
    record(Action.VALUES_ERASED, by=None, detail={"records": wanted, "values": erased})
    return erased


def _dumps(detail: Any) -> str:
    return json.dumps(detail, cls=DjangoJSONEncoder)


def blinded(words: str) -> str:
    """What was searched for, so that the same words can be found again and nobody can read them."""
    return salted_hmac(
        "cse_portal.audit.searched", " ".join(words.lower().split()), algorithm="sha256"
    ).hexdigest()


def blinded_words(text: str) -> list[str]:
    """The words of a search, each blinded, whatever their order, case, accents and hyphens."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(each for each in plain if not unicodedata.combining(each) and each not in "'’.")
    words = re.findall(r"[^\W_]+", plain)[:MOST_WORDS]
    return sorted({blinded(word) for word in words})


def membership_of(user: User | None) -> Membership | None:
    """The membership that answers for this act: the one that holds today."""
    if user is None:
        return None
    return context.remembered(("membership", user.pk), lambda: _holds_today(memberships_of(user)))


def _holds_today(memberships: list[Membership]) -> Membership | None:
    today = timezone.localdate()
    return next((each for each in memberships if each.is_valid_on(today)), None)


def memberships_of(user: User) -> list[Membership]:
    """Where the person works and has worked, first to last; read once a request."""
    return context.remembered(("memberships", user.pk), lambda: read_memberships([user])[user.pk])


def know_memberships(of: Mapping[uuid.UUID, list[Membership]]) -> None:
    """What `read_memberships` has found, for the rest of this request."""
    for person, memberships in of.items():
        context.remembered(("memberships", person), lambda found=memberships: found)  # type: ignore[misc]


def read_memberships(users: Iterable[User]) -> dict[uuid.UUID, list[Membership]]:
    """What `memberships_of` reads of one person, of many at once."""
    found: dict[uuid.UUID, list[Membership]] = {user.pk: [] for user in users}
    for each in Membership.objects.filter(user__in=found).select_related("agency").order_by("starts_on"):
        found[each.user_id].append(each)
    return found
