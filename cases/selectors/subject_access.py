"""Requests to see a record, what they hold, and the register of what was disclosed: each for whom it may be shown."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import CharField, Count, F, Func, Prefetch, Q, QuerySet

from cases.choices import Ground, SubjectAccessState
from cases.errors import KeptFromYou
from cases.models import (
    Case,
    Disclosure,
    OtherName,
    Redaction,
    SubjectAccessItem,
    SubjectAccessPassage,
    SubjectAccessRequest,
)
from cases.selectors.exports import as_printed
from cases.selectors.spans import Span, merged, places
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotPermitted, NotVisible

PER_PAGE = 25
# Whose name is not offered to everybody who may answer for a bundle: another child's, for whoever may not know of that
# child; a person of concern's, for whoever is kept from them.
OFFERED_TO_SOME = ("cases.Child", "intelligence.PersonOfConcern")
_WORK = (Permission.SUBJECT_ACCESS_PREPARE, Permission.SUBJECT_ACCESS_CHECK)
PEOPLE = ("recorded_by", "prepared_by", "reader", "identity_checked_by", "extended_by", "closed_by")


def requests_of(user: User, case: Case) -> list[SubjectAccessRequest]:
    """The requests of a case, the newest first."""
    gate.require(user, Permission.SUBJECT_ACCESS_PREPARE, case)
    rows = SubjectAccessRequest.objects.visible_to(user).filter(case=case)
    return list(rows.select_related("disclosure").order_by("-received_on", "pk"))


def requests(user: User) -> QuerySet[SubjectAccessRequest]:
    """Every open request one may see, whose day comes first, with how many items wait for the police."""
    waits = Q(items__passages__needs_release=True, items__passages__released_at__isnull=True)
    return _open_requests(user).annotate(waits=Count("items", filter=waits, distinct=True))


def waiting_for(user: User, limit: int = 5) -> list[SubjectAccessRequest]:
    """What this person can take further: to prepare, to disclose, or, where they prepared no part of it, to read."""
    reading, ready = Q(state=SubjectAccessState.READING), Q(state=SubjectAccessState.READY)
    anothers = ready & Q(reader=user) | reading & Q(worked_on_by__contains=[user.pk])
    return list(_open_requests(user).exclude(anothers)[:limit])


def _open_requests(user: User) -> QuerySet[SubjectAccessRequest]:
    gate.require(user, Permission.SUBJECT_ACCESS_LIST)
    rows = SubjectAccessRequest.objects.visible_to(user).open()
    return rows.select_related("case", "prepared_by", "reader").order_by("due_on", "pk")


def to_release(user: User, limit: int = 5) -> list[SubjectAccessRequest]:
    """For the police: requests that ask for something they told."""
    return [each for each in requests(user)[:100] if each.waits][:limit]  # type: ignore[attr-defined]


def items_to_release(request: SubjectAccessRequest, user: User) -> list[SubjectAccessItem]:
    """What of a request the police have not released, with its texts."""
    waits = Q(passages__needs_release=True, passages__released_at__isnull=True)
    return list(_readable(request, user).filter(waits).distinct())


def request_for(user: User, reference: str, permission: Permission | None = None) -> SubjectAccessRequest:
    """The request with this reference, for who may do this to its case; NotVisible if it does not exist for them."""
    rows = SubjectAccessRequest.objects.visible_to(user).filter(reference=reference)
    found = rows.select_related(
        "case__child", "case__lead_agency", "case__lead_professional", "disclosure", *PEOPLE
    ).first()
    if found is None:
        raise NotVisible
    if permission is not None:
        gate.require(user, permission, found.case)
    elif not any(gate.can(user, each, found.case) for each in _WORK):
        raise NotPermitted
    return found


def items_of(request: SubjectAccessRequest, user: User) -> list[SubjectAccessItem]:
    """Its items in their order, each with the texts this person may read and what is left out of them."""
    return list(_readable(request, user))


def item_of(request: SubjectAccessRequest, pk: uuid.UUID, user: User) -> SubjectAccessItem:
    """One item of this very request, with the texts this person may read and what is left out of them."""
    return one_of(request, _readable(request, user).filter(pk=pk), pk)


def reads_all(of: SubjectAccessRequest | SubjectAccessItem, user: User) -> bool:
    """Whether no text of it is kept apart from this person: only such a one answers for the whole of it.

    How many there are is asked on the system's behalf, and only whether that is as many as they read is told.
    """
    about = {"item": of} if isinstance(of, SubjectAccessItem) else {"item__request": of}
    texts = SubjectAccessPassage.objects.filter(**about)
    seen = texts.visible_to(user).count()
    with acting.for_the_system():
        return texts.count() == seen


def one_of(
    request: SubjectAccessRequest, items: Iterable[SubjectAccessItem], pk: uuid.UUID
) -> SubjectAccessItem:
    """The item with this key among those that have been read; NotVisible for any other."""
    for item in items:
        if item.pk == pk:
            item.request = request
            return item
    raise NotVisible


def whole_items(request: SubjectAccessRequest) -> list[SubjectAccessItem]:
    """Every item as it leaves, with all its texts and what is left out of them: for the file and the register alone.

    Left out is also a whole name that is offered to some alone and that nobody has decided about: whoever sends the
    bundle need not know of that child or person and is not asked. Only here, for on a page it would tell them.
    """
    items = list(_with_texts(request.items.all(), SubjectAccessPassage.objects.all()))
    with acting.for_the_system():
        names = list(
            request.names.filter(source__in=OFFERED_TO_SOME, choice="").values_list("name", flat=True)
        )
    for item in items:
        for passage in item.passages.all():
            passage.undecided = names
    return items


def spans_out(passage: SubjectAccessPassage) -> list[Span]:
    """What is left out of a text: what somebody left out, with their grounds, and what the file leaves out by itself
    where it is not out already.
    """
    rows = [Span(row.starts_at, row.ends_at, tuple(row.grounds)) for row in passage.redactions.all()]
    found = [
        Span(start, end, (Ground.THIRD_PARTY.value,))
        for name in passage.undecided
        for start, end in places(passage.text, name)
        if not any(row.starts_at <= start and end <= row.ends_at for row in rows)
    ]
    return merged([*rows, *found])


def _readable(request: SubjectAccessRequest, user: User) -> QuerySet[SubjectAccessItem]:
    return _with_texts(request.items.visible_to(user), SubjectAccessPassage.objects.visible_to(user))


def _with_texts(
    items: QuerySet[SubjectAccessItem], texts: QuerySet[SubjectAccessPassage]
) -> QuerySet[SubjectAccessItem]:
    read = Prefetch("passages", texts.prefetch_related("redactions").order_by("order"))
    return items.select_related("agency").prefetch_related(read).order_by("order")


def passage_of(item: SubjectAccessItem, pk: uuid.UUID | None) -> SubjectAccessPassage:
    """One text of this very item."""
    for passage in item.passages.all():
        if passage.pk == pk:
            passage.item = item
            return passage
    raise NotVisible


def redaction_of(item: SubjectAccessItem, pk: uuid.UUID | None) -> Redaction:
    """Words left out of a text of this very item that was read."""
    read = [each.pk for each in item.passages.all()]
    found = Redaction.objects.filter(passage__in=read, pk=pk or item.pk).select_related("passage").first()
    if found is None:
        raise NotVisible
    found.passage.item = item
    return found


def names_of(request: SubjectAccessRequest, user: User) -> list[OtherName]:
    """Other people's names that stand in it and that this person may know of, those without a decision first."""
    return sorted(request.names.visible_to(user), key=lambda each: (bool(each.choice), each.name.lower()))


def childs_own_names(request: SubjectAccessRequest) -> frozenset[str]:
    """What the child is called: never taken for somebody else's."""
    child = request.case.child
    names = [child.given_name, child.family_name, *child.aliases.values_list("name", flat=True)]
    return frozenset(part.lower() for name in names for part in name.split())


def not_ready_because(
    request: SubjectAccessRequest,
    items: Sequence[SubjectAccessItem],
    names: Sequence[OtherName],
    *,
    whole: bool,
) -> list[str]:
    """What the second reader must be able to rely on and cannot yet, a sentence each."""
    unread = sum(item.prepared_at is None for item in items)
    undecided = sum(not name.choice for name in names)
    checks = {
        "Make sure who asks, and note how.": not request.identity_proof,
        f"Read every item and say that it is ready: {unread} left.": unread > 0,
        f"Decide about every name: {undecided} left.": undecided > 0,
        KeptFromYou.message: not whole,
    }
    return [words for words, missing in checks.items() if missing]


def withheld(items: Iterable[SubjectAccessItem]) -> dict[str, dict[str, int]]:
    """By ground, how many whole texts and how many places in texts are left out."""
    texts: Counter[str] = Counter()
    spans: Counter[str] = Counter()
    for item in items:
        for passage in item.passages.all():
            if passage.held:
                texts[passage.held] += 1
            else:
                spans.update(ground for span in spans_out(passage) for ground in span.grounds)
    return {ground: {"texts": texts[ground], "places": spans[ground]} for ground in sorted({*texts, *spans})}


def register(user: User) -> QuerySet[Disclosure]:
    """What was disclosed, the newest first, each with its case's reference, which is all they may know of the case."""
    gate.require(user, Permission.DISCLOSURE_REGISTER)
    reference: Any = Func(F("case_id"), function="gate.reference_of", output_field=CharField())
    rows = Disclosure.objects.visible_to(user).annotate(case_reference=reference)
    return rows.select_related("prepared_by", "read_by", "disclosed_by")


def registered(user: User, pk: uuid.UUID) -> Disclosure:
    """One line of the register; NotVisible if there is none."""
    found = register(user).filter(pk=pk).first()
    if found is None:
        raise NotVisible
    return found


def disclosure_with_copy(user: User, typed: str) -> Disclosure | None:
    """The disclosure whose pages carry these letters, however they were read."""
    return register(user).filter(copy=as_printed(typed)).first()


def worked_on(request: SubjectAccessRequest, user: User) -> bool:
    """Whether this person decided, undid or said anything of it, or sent it, also where another did so after them."""
    return user.pk in request.worked_on_by
