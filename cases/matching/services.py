"""Linking two concerns about the same child, undoing it, and noting who compared and who searched."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.concerns.choices import ConcernState
from cases.concerns.models import Concern
from cases.concerns.services import shown_as
from cases.matching.models import ConcernLink
from cases.matching.selectors.finding import Found
from cases.matching.selectors.known import Match
from cases.record.models.case import Case
from cases.record.services import record_search
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import blinded_words, record
from cse_portal.errors import NotAllowedNow


class NothingToLink(NotAllowedNow):
    """Two concerns that were sent, and are not part of one case."""

    message = "These two concerns cannot be linked. Look at both of them again."


@transaction.atomic
def link(*, concern: Concern, other: Concern, by: User) -> ConcernLink:
    """The CSE team says that both are about the same child. Said twice, it is one link."""
    first, second = _lock_both(concern, other, by)
    if first.case_id is not None and first.case_id == second.case_id:
        raise NothingToLink
    made, is_new = ConcernLink.objects.holding().get_or_create(
        first=first, second=second, defaults={"linked_by": by}
    )
    if is_new:
        record(Action.CONCERNS_LINKED, by=by, obj=made, about=[first.pk, second.pk])
    return made


@transaction.atomic
def unlink(*, concern: Concern, other: Concern, by: User) -> None:
    """They are not about the same child after all. That they were linked stays on record."""
    first, second = _lock_both(concern, other, by)
    for made in ConcernLink.objects.holding().filter(first=first, second=second):
        made.unlinked_by, made.unlinked_at = by, timezone.now()
        made.save(update_fields=["unlinked_by", "unlinked_at"])
        record(Action.CONCERNS_UNLINKED, by=by, obj=made, about=[first.pk, second.pk])


def _lock_both(concern: Concern, other: Concern, by: User) -> list[Concern]:
    """In the order of their keys, for somebody who decides concerns and sees both."""
    gate.require(by, Permission.CONCERN_TRIAGE)
    for each in (concern, other):
        gate.require(by, Permission.CONCERN_VIEW, each)
    rows = Concern.objects.select_for_update(of=("self",)).exclude(state=ConcernState.DRAFT)
    found = list(rows.filter(pk__in=[concern.pk, other.pk]).order_by("pk"))
    if len(found) != 2:
        raise NothingToLink
    return found


def record_compared(*, about: Case | Concern, found: Sequence[Match], by: User) -> None:
    """Note that somebody read which cases and concerns may be about the same child, and which they were shown."""
    facts: Any = about.child if isinstance(about, Case) else about
    child = f"{facts.given_name} {facts.family_name} {getattr(facts, 'known_as', '')} {facts.nhs_number}"
    case = about if isinstance(about, Case) else Case(pk=about.case_id) if about.case_id else None
    shown = [_as_child(about), *(_as_child(each.about) for each in found)]
    detail = {"words": blinded_words(child)}
    record(Action.CHILDREN_MATCHED, by=by, obj=about, case=case, detail=detail, cases=shown)


def _as_child(about: Case | Concern) -> Any:
    return about.pk if isinstance(about, Case) else shown_as(about)


def record_searched(*, shown: Sequence[Concern], searched: str, by: User) -> None:
    """Note which concerns the register showed, and the words that were sought, blinded."""
    words = {"words": blinded_words(searched)} if searched else {}
    detail = {"list": "register", **words, "shown": [str(each.pk) for each in shown]}
    action = Action.CONCERNS_SEARCHED if searched else Action.CONCERNS_LISTED
    record(action, by=by, detail=detail, cases=map(shown_as, shown))


def record_found(*, found: Found, searched: str, by: User) -> None:
    """Note what the search at the head of the page showed, as the lists of cases and of concerns do."""
    record_search(by=by, found=[each.pk for each in found.cases], searched=searched)
    if found.concerns:
        record_searched(shown=found.concerns, searched=searched, by=by)
