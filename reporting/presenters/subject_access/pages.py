"""Requests to see a record as their pages show them."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse

from cases.choices import ItemKind, ReaderVerdict, Requester, SubjectAccessState
from cases.models import (
    OtherName,
    SubjectAccessItem,
    SubjectAccessRequest,
)
from cases.selectors.spans import places_of_name
from cse_portal.accounts.models import User
from cse_portal.ui.presenters import Row, counted, display_date, display_datetime, short_date

NEXT = {
    SubjectAccessState.PREPARING: "Go through every item: what is about somebody else, or must not be told, stays out.",
    SubjectAccessState.READING: "Another person of the CSE team reads every item, agrees or sends it back.",
    SubjectAccessState.READY: "The second reader agrees to all of it. It can be disclosed.",
    SubjectAccessState.DISCLOSED: "It has been disclosed. Nothing of it can be changed.",
    SubjectAccessState.CLOSED: "It was closed without disclosing anything.",
}
SOURCES = {
    Requester.CHILD: "the child or young person",
    Requester.PARENT: "somebody with parental responsibility",
    Requester.AUTHORISED: "somebody with the child’s authority",
}


@dataclass(frozen=True)
class RequestRow:
    """One line of a list of requests."""

    reference: str
    url: str
    case_reference: str
    asked_by: str
    received: str
    due: object
    state: str
    is_open: bool


@dataclass(frozen=True)
class ItemRow:
    """One line of what a request is about."""

    title: str
    url: str
    day: str
    agency: str
    out: str
    state: str
    colour: str
    waits: bool


@dataclass(frozen=True)
class ItemGroup:
    """The items of one part of the bundle."""

    title: str
    rows: list[ItemRow]


def request_rows(found: Iterable[SubjectAccessRequest]) -> list[RequestRow]:
    """A list of requests."""
    return [
        RequestRow(
            reference=each.reference,
            url=reverse("reporting:subject-access-request", args=[each.reference]),
            case_reference=each.case.reference,
            asked_by=each.get_asked_by_display(),
            received=short_date(each.received_on),
            due=each.due_on,
            state=each.get_state_display(),
            is_open=each.is_open,
        )
        for each in found
    ]


def facts(request: SubjectAccessRequest) -> list[Row]:
    """Who asks, and what was made sure of."""
    may_change = request.is_open
    identity = reverse("reporting:subject-access-identity", args=[request.reference]) if may_change else ""
    extend = reverse("reporting:subject-access-extend", args=[request.reference]) if may_change else ""
    known = "Not made sure of yet"
    if request.identity_checked_on and request.identity_checked_by:
        who = f"{request.identity_checked_by.full_name}, {display_date(request.identity_checked_on)}"
        known = f"{request.get_identity_proof_display()}: {request.identity_note}. {who}"
    due = display_date(request.due_on)
    if request.extension_told_on:
        due = f"{due}. Two months more: {request.extension_reason} Told {display_date(request.extension_told_on)}"
    rows = [
        Row("Asked by", f"{request.requester_name}: {SOURCES[Requester(request.asked_by)]}"),
        Row("Authority", request.authority),
        Row("Asked on", display_date(request.received_on)),
        Row("To be answered by", due, "" if request.extension_told_on else extend, "Extend"),
        Row("Who they are", known, identity, "Change" if request.identity_proof else "Record"),
        Row(
            "Does the child understand it?", f"{request.get_competence_display()}. {request.competence_note}"
        ),
        Row("What the child says", request.child_view),
        Row(
            "Closed",
            f"{display_datetime(request.closed_at)}: {request.closing_reason}" if request.closed_at else "",
        ),
    ]
    return [row for row in rows if row.value]


def item_groups(
    request: SubjectAccessRequest, items: Sequence[SubjectAccessItem], user: User
) -> list[ItemGroup]:
    """What a request is about, part by part. A verdict is of the reader there is, or of whoever looks and may be it."""
    reader = request.reader_id or user.pk
    return [
        ItemGroup(ItemKind(kind).label, [_item_row(request, each, reader) for each in found])
        for kind, found in groupby(items, key=lambda item: item.kind)
    ]


def neighbours(items: Sequence[SubjectAccessItem], item: SubjectAccessItem) -> tuple[str, str]:
    """The addresses of the item before and the item after; nothing at the ends."""
    keys = [each.pk for each in items]
    here = keys.index(item.pk)
    around = (keys[here - 1] if here else None, keys[here + 1] if here + 1 < len(keys) else None)
    urls = [
        reverse("reporting:subject-access-item", args=[item.request.reference, key]) if key else ""
        for key in around
    ]
    return urls[0], urls[1]


def name_places(names: Sequence[OtherName], texts: Sequence[str], own: frozenset[str]) -> dict[str, str]:
    """How often each name stands in the bundle."""
    return {
        name.pk.hex: counted(
            sum(len(places_of_name(text, name.name, not_these=own)) for text in texts), "place"
        )
        for name in names
    }


def _item_row(request: SubjectAccessRequest, item: SubjectAccessItem, reader: uuid.UUID) -> ItemRow:
    state, colour = _item_state(request, item, reader)
    passages = list(item.passages.all())
    held, texts = sum(bool(each.held) for each in passages), len(passages)
    marks = sum(len(each.redactions.all()) for each in passages if not each.held)
    some = f"{held} of {counted(texts, 'text')} left out" if held else ""
    parts = ["Left out" if held == texts else some, f"words in {counted(marks, 'place')}" if marks else ""]
    out = "; ".join(part for part in parts if part) or "Nothing"
    return ItemRow(
        title=item.title,
        url=reverse("reporting:subject-access-item", args=[request.reference, item.pk]),
        day=short_date(item.happened_on),
        agency=item.agency.short_name if item.agency else "",
        out=out if texts else "Kept apart",
        state=state,
        colour=colour,
        waits=any(each.needs_release and each.released_at is None for each in passages),
    )


def _item_state(request: SubjectAccessRequest, item: SubjectAccessItem, reader: uuid.UUID) -> tuple[str, str]:
    if request.state == SubjectAccessState.PREPARING:
        if item.verdict == ReaderVerdict.RETURNED:
            return "Sent back", "orange"
        return ("Ready", "outline") if item.prepared_at else ("To do", "blue")
    if request.state == SubjectAccessState.READING:
        has_read = item.verdict and item.verdict_by_id == reader
        return (item.get_verdict_display(), "outline") if has_read else ("To read", "blue")
    return "Agreed" if item.verdict else "", "outline"
