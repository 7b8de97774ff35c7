"""One item of a request: what is left out of it and why, and the second reader's verdict; and other people's names."""

import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cases.choices import Ground, ReaderVerdict, Requester, SubjectAccessState
from cases.models import OtherName, SubjectAccessItem, SubjectAccessRequest
from cases.presenters import banner
from cases.selectors import subject_access as selectors
from cases.services import subject_access as services
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from reporting.forms.subject_access import (
    HoldForm,
    NameForm,
    OfTextForm,
    VerdictOnItemForm,
    WordsForm,
    key_of,
)
from reporting.presenters.subject_access import cards, pages
from reporting.services.subject_access import record_view

PREPARE, CHECK = Permission.SUBJECT_ACCESS_PREPARE, Permission.SUBJECT_ACCESS_CHECK
either = require_http_methods(["GET", "POST"])


@either
def item(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """The texts of an item. Posted, it is ready; the second reader posts their verdict."""
    found = selectors.request_for(request.user, reference)
    items, others = selectors.items_of(found, request.user), selectors.names_of(found, request.user)
    one = selectors.one_of(found, items, pk)
    is_read = found.state == SubjectAccessState.READING
    reads = is_read and not selectors.worked_on(found, request.user)
    verdict = VerdictOnItemForm(
        request.POST or None,
        initial={"verdict": one.verdict, "note": one.verdict_note}
        if one.verdict_by_id == request.user.pk
        else {},
    )
    if request.method == "POST" and (not reads or verdict.is_valid()):
        try:
            if reads:
                said = verdict.cleaned_data
                kind = ReaderVerdict(said["verdict"])
                services.give_verdict(item=one, verdict=kind, note=said["note"] or "", by=request.user)
            else:
                services.finish_item(item=one, by=request.user)
        except NotAllowedNow as refusal:
            messages.error(request, refusal.message)
        else:
            after = pages.neighbours(items, one)[1]
            return redirect(after or reverse("reporting:subject-access-request", args=[reference]))
    return _page(request, found, one, items=items, names=others, verdict=verdict if reads else None)


@require_POST
def mark(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Leave words of a text out: at the place where they were selected, or wherever they were typed to stand."""
    found, one = _prepared(request, reference, pk)
    form = WordsForm(request.POST, passage=key_of(request.POST.get("passage")), for_parent=_for_parent(found))
    passage = selectors.passage_of(one, form.text)
    if form.is_valid():
        said, ground = form.cleaned_data, Ground(form.cleaned_data["ground"])
        try:
            if form.selected:
                start, end = form.selected
                services.mark(passage=passage, starts_at=start, ends_at=end, ground=ground, by=request.user)
            else:
                place = int(said["place"] or 0)
                services.mark_words(
                    passage=passage, words=said["words"], place=place, ground=ground, by=request.user
                )
            return _back(one, passage.pk)
        except NotAllowedNow as refusal:
            form.add_error("words", refusal.message)
    return _page(request, found, one, failed=form)


@require_POST
def unmark(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Put words back in."""
    _, one = _prepared(request, reference, pk)
    redaction = selectors.redaction_of(one, key_of(request.POST.get("redaction")))
    return _done(
        request, one, redaction.passage_id, lambda: services.unmark(redaction=redaction, by=request.user)
    )


@require_POST
def hold(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Leave a whole text out, or, where none is named, the whole item."""
    found, one = _prepared(request, reference, pk)
    form = HoldForm(request.POST, passage=key_of(request.POST.get("passage")), for_parent=_for_parent(found))
    if not form.is_valid():
        return _page(request, found, one, failed=form)
    ground, note = Ground(form.cleaned_data["ground"]), form.cleaned_data["note"] or ""
    if form.text is None:
        return _done(
            request,
            one,
            None,
            lambda: services.hold_item(item=one, ground=ground, note=note, by=request.user),
        )
    passage = selectors.passage_of(one, form.text)
    return _done(
        request,
        one,
        passage.pk,
        lambda: services.hold(passage=passage, ground=ground, note=note, by=request.user),
    )


@require_POST
def include(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Put a whole text in or, where none is named, the whole item."""
    _, one = _prepared(request, reference, pk)
    form = OfTextForm(request.POST)
    if form.text is None:
        return _done(request, one, None, lambda: services.include_item(item=one, by=request.user))
    passage = selectors.passage_of(one, form.text)
    return _done(request, one, passage.pk, lambda: services.include(passage=passage, by=request.user))


@either
def names(request: SignedInRequest, reference: str) -> HttpResponse:
    """Other people's names in the texts: each is left out everywhere, or stays for a reason."""
    found = selectors.request_for(request.user, reference, PREPARE)
    rows = selectors.names_of(found, request.user)
    forms = [NameForm(request.POST or None, name=name) for name in rows]
    if request.method == "POST" and False not in [form.is_valid() for form in forms]:
        decided = {form.name: form.decided for form in forms if form.decided is not None}
        try:
            services.decide_names(request=found, decided=decided, by=request.user)
        except NotAllowedNow as refusal:
            messages.error(request, refusal.message)
        return redirect("reporting:subject-access-request", reference)
    record_view(by=request.user, page="names", request=found, named=rows)
    texts = [text.text for one in selectors.items_of(found, request.user) for text in one.passages.all()]
    counts = pages.name_places(rows, texts, selectors.childs_own_names(found))
    shown = [(form, form.name.known_from, counts[form.name.pk.hex]) for form in forms]
    context = {
        "request_": found,
        "case": found.case,
        "banner": banner(found.case),
        "forms": forms,
        "shown": shown,
    }
    return render(request, "reporting/subject_access/names.html", context)


def _page(
    request: SignedInRequest,
    found: SubjectAccessRequest,
    one: SubjectAccessItem,
    *,
    items: list[SubjectAccessItem] | None = None,
    names: list[OtherName] | None = None,
    verdict: VerdictOnItemForm | None = None,
    failed: WordsForm | HoldForm | None = None,
) -> HttpResponse:
    record_view(by=request.user, page="item", request=found, read=[one])
    own = selectors.childs_own_names(found)
    shown = cards.cards(one, selectors.names_of(found, request.user) if names is None else names, own)
    may_change = found.is_being_prepared
    if may_change:
        shown = [_with_forms(each, _for_parent(found), failed) for each in shown]
    before, after = pages.neighbours(items or selectors.items_of(found, request.user), one)
    whole = HoldForm(passage=None, for_parent=_for_parent(found)) if may_change else None
    context = {
        "request_": found, "case": found.case, "banner": banner(found.case), "item": one, "cards": shown,
        "may_change": may_change, "verdict": verdict, "before_url": before, "after_url": after,
        "whole": failed if failed is not None and failed.text is None else whole,
        "apart": cards.kept_apart(one, request.user, found.case),
        "forms": [form for form in (verdict, failed) if form is not None],
        "is_held": all(each.held for each in shown), "has_held": any(each.held for each in shown),
    }  # fmt: skip
    return render(request, "reporting/subject_access/item.html", context)


def _with_forms(card: cards.Card, for_parent: bool, failed: WordsForm | HoldForm | None) -> cards.Card:
    key = uuid.UUID(card.key)
    mine = failed if failed is not None and failed.text == key else None
    words: Any = mine if isinstance(mine, WordsForm) else WordsForm(passage=key, for_parent=for_parent)
    whole: Any = mine if isinstance(mine, HoldForm) else HoldForm(passage=key, for_parent=for_parent)
    return replace(card, words_form=words, hold_form=whole, is_open=mine is not None)


def _prepared(
    request: SignedInRequest, reference: str, pk: uuid.UUID
) -> tuple[SubjectAccessRequest, SubjectAccessItem]:
    found = selectors.request_for(request.user, reference, PREPARE)
    return found, selectors.item_of(found, pk, request.user)


def _for_parent(found: SubjectAccessRequest) -> bool:
    return found.asked_by == Requester.PARENT


def _done(request: SignedInRequest, one: SubjectAccessItem, key: uuid.UUID | None, act: Any) -> HttpResponse:
    try:
        act()
    except NotAllowedNow as refusal:
        messages.error(request, refusal.message)
    return _back(one, key)


def _back(one: SubjectAccessItem, key: uuid.UUID | None) -> HttpResponse:
    page = reverse("reporting:subject-access-item", args=[one.request.reference, one.pk])
    return redirect(f"{page}#text-{key}" if key else page)
