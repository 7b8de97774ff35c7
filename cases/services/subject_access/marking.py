"""Leaving words out: by their place in a frozen text, always as whole words, always by somebody's decision."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cases.choices import Ground, NameChoice
from cases.errors import KeptFromYou, WordsNotThere
from cases.models import OtherName, Redaction, SubjectAccessItem, SubjectAccessPassage, SubjectAccessRequest
from cases.selectors.spans import Span, merged, places, places_of_name, whole_words
from cases.selectors.subject_access import OFFERED_TO_SOME, childs_own_names, reads_all
from cases.services.subject_access.locking import locked_in_preparation, touch
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record


@dataclass(frozen=True)
class Decided:
    """What becomes of somebody else's name, and why it may stay where it does."""

    choice: NameChoice
    reason: str = ""


@transaction.atomic
def mark(
    *, passage: SubjectAccessPassage, starts_at: int, ends_at: int, ground: Ground, by: User
) -> SubjectAccessPassage:
    """Leave out the words between two places of the text, widened to whole words."""
    request = _prepared(passage.item.request, by)
    place = whole_words(passage.text, starts_at, ends_at)
    if place[0] >= place[1]:
        raise WordsNotThere
    _leave_out(passage, [place], ground, by)
    _note(request, passage.item, by, "marked", ground, 1)
    return passage


@transaction.atomic
def mark_words(
    *, passage: SubjectAccessPassage, words: str, place: int = 0, ground: Ground, by: User
) -> SubjectAccessPassage:
    """Leave out these words wherever they stand in the text, or, with a number, only there: the first is 1."""
    request = _prepared(passage.item.request, by)
    found = places(passage.text, words)
    chosen = found[place - 1 : place] if place > 0 else found
    if not chosen:
        raise WordsNotThere
    _leave_out(passage, chosen, ground, by)
    _note(request, passage.item, by, "marked", ground, len(chosen))
    return passage


@transaction.atomic
def unmark(*, redaction: Redaction, by: User) -> SubjectAccessPassage:
    """Put words back in that were left out."""
    passage = redaction.passage
    request = _prepared(passage.item.request, by)
    redaction.delete()
    touch(passage.item)
    _note(request, passage.item, by, "unmarked", None, 1)
    return passage


@transaction.atomic
def decide_names(
    *, request: SubjectAccessRequest, decided: Mapping[OtherName, Decided], by: User
) -> SubjectAccessRequest:
    """For each name: leave it out wherever it stands, as somebody else's; or let it stay, for a reason.

    One that is offered to some alone and nobody had decided about, the file would have left out: where it may stay now,
    the item is read again. By somebody who reads every text, so that what is left out stays nowhere.
    """
    found = _prepared(request, by)
    if not reads_all(found, by):
        raise KeptFromYou
    passages = list(
        SubjectAccessPassage.objects.filter(item__request=found).select_related("item__request__case__child")
    )
    for name, said in decided.items():
        if said.choice == NameChoice.LEFT_OUT:
            _leave_out_everywhere(name, passages, by)
        elif name.source in OFFERED_TO_SOME and not name.choice:
            _shown_now(name, passages)
        name.choice, name.reason = said.choice, said.reason
        name.decided_by, name.decided_at = by, timezone.now()
        name.save(update_fields=["choice", "reason", "decided_by", "decided_at"])
    detail = {"request": found.reference, "what": "names", "decided": len(decided)}
    record(Action.REDACTION_DECIDED, by=by, obj=found, case=found.case, detail=detail)
    return found


def _leave_out_everywhere(name: OtherName, passages: list[SubjectAccessPassage], by: User) -> None:
    own = childs_own_names(name.request)
    for passage in passages:
        if found := places_of_name(passage.text, name.name, not_these=own):
            _leave_out(passage, found, Ground.THIRD_PARTY, by)


def _shown_now(name: OtherName, passages: list[SubjectAccessPassage]) -> None:
    for item in {each.item for each in passages if places(each.text, name.name)}:
        touch(item)


def _leave_out(passage: SubjectAccessPassage, found: list[tuple[int, int]], ground: Ground, by: User) -> None:
    """Rows that overlap one another become one, with the grounds of all."""
    rows = list(passage.redactions.all())
    before = [Span(row.starts_at, row.ends_at, tuple(row.grounds)) for row in rows]
    after = merged([*before, *(Span(start, end, (ground,)) for start, end in found)])
    gone = [row.pk for row, span in zip(rows, before, strict=True) if span not in after]
    passage.redactions.filter(pk__in=gone).delete()
    Redaction.objects.bulk_create(
        [
            Redaction(
                passage=passage, starts_at=span.starts_at, ends_at=span.ends_at, grounds=list(span.grounds),
                marked_by=by,
            )
            for span in after
            if span not in before
        ]
    )  # fmt: skip
    touch(passage.item)


def _prepared(request: SubjectAccessRequest, by: User) -> SubjectAccessRequest:
    gate.require(by, Permission.SUBJECT_ACCESS_PREPARE, request.case)
    return locked_in_preparation(request, by)


def _note(
    request: SubjectAccessRequest,
    item: SubjectAccessItem,
    by: User,
    what: str,
    ground: Ground | None,
    spans: int,
) -> None:
    detail = {
        "request": request.reference,
        "item": item.order,
        "what": what,
        "ground": ground or "",
        "spans": spans,
    }
    record(Action.REDACTION_DECIDED, by=by, obj=item, case=request.case, detail=detail)
