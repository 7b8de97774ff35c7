"""Subjects of concern: the list, one with its page, and what the unit does with it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.keys import key_from
from cse_portal.ui.downloads import portrait
from cse_portal.ui.forms import PortalForm
from intelligence.profiles import presenters as words
from intelligence.profiles import selectors, services
from intelligence.profiles.forms import FactForm, MergeForm, ReviewForm, SubjectFilter, SubjectForm, WhoForm
from intelligence.profiles.models import SubjectMerge
from intelligence.sentences import services as sharing
from intelligence.sentences.forms import ShareForm
from intelligence.sentences.selectors import sentence_of, sentences_about, visit_of
from intelligence.subjects.models import Subject, SubjectKind
from intelligence.subjects.presenters import detail
from intelligence.subjects.services import add_subject

VISIT_GRADE = "1AP"  # an agency says what its own people saw


@require_GET
def subjects(request: SignedInRequest) -> HttpResponse:
    """People, places and things of concern that this person may see, those to be reviewed first."""
    gate.require(request.user, Permission.REPORT_LIST)
    form = SubjectFilter(request.GET)
    page = selectors.subject_page(request.user, **form.answers, page=request.GET.get("page", "1"))
    searched = form.answers.get("q", "")
    services.record_subjects(shown=list(page), by=request.user, searched=searched, page=page.number)
    context = {
        "form": form, "chips": form.chips(request), "page": page, "rows": words.subject_lines(page),
        "kinds": SubjectKind, "works": gate.can(request.user, Permission.INTELLIGENCE_GRADE),
    }  # fmt: skip
    return render(request, "intelligence/profiles/list.html", context)


@either
def new(request: SignedInRequest, kind: str) -> HttpResponse:
    """Add a subject by hand."""
    gate.require(request.user, Permission.INTELLIGENCE_GRADE)
    if kind not in SubjectKind.values:
        raise NotVisible
    chosen = SubjectKind(kind)
    form = SubjectForm(request.POST if request.method == "POST" else None, kind=chosen)
    if form.does(lambda: _added(request, form)):
        following = "subject-who" if form.done.lacks_who else "subject"
        return redirect(f"intelligence:{following}", form.done.reference)
    return render(
        request, "intelligence/profiles/form.html", {"form": form, "heading": f"Add a {chosen.label.lower()}"}
    )


def _added(request: SignedInRequest, form: SubjectForm) -> Subject:
    return add_subject(
        kind=form.kind, fields=form.kept, by=request.user, key=form.key, answered=form.answered
    )


@require_GET
def subject(request: SignedInRequest, reference: str) -> HttpResponse:
    """One subject; of one that was merged, the one that was kept."""
    found = selectors.subject_for(request.user, reference)
    if found.merged_into is not None:
        kept = selectors.subject_for(request.user, found.merged_into.reference)
        return redirect("intelligence:subject", kept.reference)
    return _draw(request, found, ShareForm(), None)


def _draw(request: SignedInRequest, found: Subject, share: ShareForm, fact: FactForm | None) -> HttpResponse:
    sentences = sentences_about(request.user, found)
    known = selectors.profile(request.user, found, sentences)
    works = gate.can(request.user, Permission.INTELLIGENCE_GRADE)
    services.record_subject_view(subject=found, cases=[case.pk for case in known.children], by=request.user)
    context = {
        "subject": found, "profile": known, "page": words.page(known), "works": works, "sentences": sentences,
        "mentions": words.mentions_words(known.mentions), "legend": words.legend(known.mentions),
        "strip": words.strip(known.mentions, found.standing_since), "share": share,
        "form": fact or share, "fact": fact or FactForm(reports=known.reports),
    }  # fmt: skip
    return render(request, "intelligence/profiles/subject.html", context)


@require_POST
def act(request: SignedInRequest, reference: str) -> HttpResponse:
    """Confirm, remove or keep a fact, share a sentence or end it, log a concern, take two records apart: one press."""
    found = _to_work_on(request, reference)
    does, _, key = request.POST.get("act", "").partition(":")
    share, fact = ShareForm(), FactForm(reports=selectors.reports_naming(request.user, found))
    if does == "share":
        share = ShareForm(request.POST)
        if not share.does(
            lambda: sharing.share(subject=found, by=request.user, key=share.key, **share.cleaned_data)
        ):
            return _draw(request, found, share, None)
        messages.success(request, f"{share.cleaned_data['agency']} reads the sentence until its day.")
    elif does == "fact":
        fact = FactForm(request.POST, reports=selectors.reports_naming(request.user, found))
        if not fact.does(
            lambda: services.add_fact(subject=found, fact=fact.fact, by=request.user, key=fact.key)
        ):
            return _draw(request, found, share, fact)
    elif does == "concern":
        with warns(request):
            concern = services.draft_concern(subject=found, by=request.user)
            return redirect("cases:concern", concern.reference)
    elif does in PRESSES:
        with warns(request):
            PRESSES[does](request, found, _key(key))
    return redirect("intelligence:subject", reference)


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotVisible from None


def _keep_line(request: SignedInRequest, found: Subject, key: uuid.UUID) -> None:
    """A line of a report becomes a fact, with its grade."""
    line = selectors.line_of(request.user, found, key)
    fact = services.NewFact(line.text[:500], line.grade, line.report, first_on=line.report.issued_at.date())
    services.add_fact(subject=found, fact=fact, by=request.user, key=key_from(found.pk, of=f"fact:{key}"))


def _keep_visit(request: SignedInRequest, found: Subject, key: uuid.UUID) -> None:
    """What a visit found becomes a fact, in the agency's name."""
    visit = visit_of(request.user, found, key)
    source = f"Visit by {visit.agency.short_name}"
    fact = services.NewFact(visit.found, VISIT_GRADE, source=source, first_on=visit.on)
    services.add_fact(subject=found, fact=fact, by=request.user, key=key_from(found.pk, of=f"fact:{key}"))


def _confirm(request: SignedInRequest, found: Subject, key: uuid.UUID) -> None:
    services.confirm_fact(fact=selectors.fact_of(request.user, found, key), by=request.user)


def _remove(request: SignedInRequest, found: Subject, key: uuid.UUID) -> None:
    services.remove_fact(fact=selectors.fact_of(request.user, found, key), by=request.user)


def _end(request: SignedInRequest, found: Subject, key: uuid.UUID) -> None:
    sharing.end(sentence=sentence_of(request.user, found, key), by=request.user)


def _unmerge(request: SignedInRequest, found: Subject, key: uuid.UUID) -> None:
    apart = services.unmerge(done=selectors.merge_of(found, key), by=request.user)
    messages.success(request, f"{apart.reference} is a record of its own again.")


PRESSES: dict[str, Callable[[SignedInRequest, Subject, uuid.UUID], None]] = {
    "confirm": _confirm, "remove": _remove, "line": _keep_line, "visit": _keep_visit, "end": _end,
    "unmerge": _unmerge,
}  # fmt: skip


@either
def edit(request: SignedInRequest, reference: str) -> HttpResponse:
    """Correct what is kept of a subject."""
    found = _to_work_on(request, reference)
    form = SubjectForm(_posted(request), request.FILES or None, kind=SubjectKind(found.kind), subject=found)
    return _form(
        request, found, form, "Change what is kept", lambda: _changed(request, found, form),
    )  # fmt: skip


def _changed(request: SignedInRequest, found: Subject, form: SubjectForm) -> Subject:
    if upload := form.cleaned_data.get("photo"):
        services.set_photo(subject=found, name=upload.name, content=upload.read(), by=request.user)
    elif form.cleaned_data.get("without_photo"):
        services.set_photo(subject=found, by=request.user)
    return services.change_subject(subject=found, fields=form.kept, by=request.user)


@require_GET
def photo(request: SignedInRequest, reference: str) -> HttpResponse:
    """The photograph, for people who see the subject."""
    found = selectors.subject_for(request.user, reference)
    services.record_subject_view(subject=found, cases=[], by=request.user)
    return portrait(selectors.photo_of(found))


@either
def who(request: SignedInRequest, reference: str) -> HttpResponse:
    """Who a person is: a value or a reason on each line."""
    found = _to_work_on(request, reference)
    if not found.is_person:
        raise NotVisible
    form = WhoForm(_posted(request), subject=found)
    return _form(
        request, found, form, "Who this is",
        lambda: services.answer_who(subject=found, answers=form.answers, by=request.user),
    )  # fmt: skip


@either
def review(request: SignedInRequest, reference: str) -> HttpResponse:
    """Review the standing: the same or another, why, and when next."""
    found = _to_work_on(request, reference)
    form = ReviewForm(_posted(request), subject=found)
    return _form(
        request, found, form, "Review" if found.is_child else "Review the standing",
        lambda: services.review_standing(subject=found, by=request.user, key=form.key, **form.review),
    )  # fmt: skip


@either
def merge(request: SignedInRequest, reference: str) -> HttpResponse:
    """Say that another record is the same subject."""
    found = _to_work_on(request, reference)
    form = MergeForm(_posted(request))
    return _form(
        request, found, form, "Merge another record into this one", lambda: _merged(request, found, form)
    )


def _merged(request: SignedInRequest, found: Subject, form: MergeForm) -> SubjectMerge:
    try:
        named = selectors.subject_for(request.user, form.cleaned_data["reference"])
    except NotVisible:
        raise NotAllowedNow("There is no record with this reference that you may see.") from None
    return services.merge(kept=found, merged=named, reason=form.cleaned_data["reason"], by=request.user)


def _form(
    request: SignedInRequest, found: Subject, form: PortalForm, heading: str, do: Callable[[], object]
) -> HttpResponse:
    """A form of a subject: done, it leads back to its page."""
    if form.does(do):
        return redirect("intelligence:subject", found.reference)
    services.record_subject_view(subject=found, cases=[], by=request.user)
    context = {"subject": found, "form": form, "heading": heading, "detail": detail(found)}
    return render(request, "intelligence/profiles/form.html", context)


def _posted(request: SignedInRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _to_work_on(request: SignedInRequest, reference: str) -> Subject:
    found = selectors.subject_for(request.user, reference)
    gate.require(request.user, Permission.INTELLIGENCE_GRADE)
    return found
