"""The desk: one inbox, one submission with its lines, links and answer, and the review before it is final."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRedirect

from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.actions import Action
from cse_portal.drafts import services as typed_drafts
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.keys import key_from
from cse_portal.sign_in import factors
from cse_portal.ui.downloads import attachment
from cse_portal.ui.pdf import render_pdf
from cse_portal.ui.presenters import Row, display_datetime
from intelligence.desk import presenters as unit
from intelligence.desk import services as reports
from intelligence.desk.forms import (
    CHILD,
    SHOWN,
    DeskForms,
    FindForm,
    InboxFilter,
    ReviewForm,
)
from intelligence.desk.selectors import cases_found, subjects_found
from intelligence.desk.selectors.found import Known, matches, new_ones, text_of
from intelligence.desk.selectors.leaks import without
from intelligence.desk.selectors.work import (
    checked,
    chosen_cases,
    chosen_subjects,
    going_further,
    links_chosen,
    may_write,
    not_ready,
)
from intelligence.desk.services import record_submission_view, work
from intelligence.subjects.models import Handling, SubjectKind
from intelligence.subjects.services import add_subject
from intelligence.submissions.models import IntelligenceSubmission, SubmissionState
from intelligence.submissions.selectors import inbox as inbox_page
from intelligence.submissions.selectors import reports_of, source_of, submission_for
from intelligence.submissions.services import record_list

MOST_WORDS = 500


@require_GET
def inbox(request: SignedInRequest) -> HttpResponse:
    """What has been sent to the unit, urgent first."""
    gate.require(request.user, Permission.INTELLIGENCE_GRADE)
    context = _inbox(request)
    record_list(action=Action.SUBMISSIONS_LISTED, by=request.user, list="inbox", page=context["page"].number)
    return render(request, "intelligence/desk/desk.html", context)


@either
def desk(request: SignedInRequest, reference: str) -> HttpResponse:
    """Work on one submission. Every button saves what is typed first, and leads back to where it was pressed."""
    found = _to_work_on(request, reference)
    if request.method == "GET":
        return _draw(request, found, DeskForms(found), FindForm())
    act, _, rest = request.POST.get("act", "save").partition(":")
    forms, find = DeskForms(found, request.POST), FindForm(request.POST)
    typing = typed_drafts.NAME in request.POST
    with warns(request):
        if typing:
            if not forms.is_valid():
                return _draw(request, found, forms, find)
            said = forms.answer.cleaned_data
            work.save(
                submission=found, lines=[each.work for each in forms.lines], answer=said, by=request.user
            )
            typed_drafts.saved(request)
            typing = False
        if act in ("find", "open"):
            source = _opened(request, found) if act == "open" else []
            fresh = _to_work_on(request, reference)
            return _draw(request, fresh, DeskForms(fresh), find, source)
        there = _done(request, found, act, rest, find)
        elsewhere = request.htmx and act == "review"  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(there) if elsewhere else redirect(there)
    if typing:
        typed_drafts.keep_posted(request)
    return redirect("intelligence:desk", reference=reference)


def _done(
    request: SignedInRequest, found: IntelligenceSubmission, act: str, rest: str, find: FindForm
) -> str:
    """Do what was pressed; the address to go on at."""
    here, by = reverse("intelligence:desk", args=[found.reference]), request.user
    if act in ("take", "keep", "put-back"):
        return f"{here}#line-{_mend(request, found, act, rest)}"
    if act in ("link", "unlink", "add", "new"):
        if act in ("add", "new"):
            _add(request, found, act, rest, find)
        else:
            chosen = work.link if act == "link" else work.unlink
            chosen(submission=found, reference=rest, by=by)
        return f"{here}#found"
    plain: dict[str, Callable[[], object]] = {
        "receive": lambda: work.receive(submission=found, by=by),
        "take-over": lambda: work.take_over(submission=found, by=by),
        "change": lambda: work.send_back(submission=found, by=by),
        "return": lambda: work.return_for_detail(
            submission=found, question=_words(request, "question"), by=by
        ),
        "reopen": lambda: work.reopen(submission=found, reason=_words(request, "why"), by=by),
        "receipt": lambda: work.record_receipt(
            submission=found,
            by=by,
            receipt_for=_words(request, "receipt"),
            force_reference=_words(request, "force"),
        ),
        "more": lambda: _more(request, found),
    }
    plain.get(act, lambda: None)()
    return reverse("intelligence:review", args=[found.reference]) if act == "review" else here


def _mend(request: SignedInRequest, found: IntelligenceSubmission, act: str, rest: str) -> int:
    """Take out or keep what the check found in a line, or put a line back; the line's number."""
    number, _, words = rest.partition(":")
    order, by = int(number) if number.isdecimal() else 0, request.user
    line = found.lines.filter(order=order).first()
    if line is None:
        return 0
    if act == "keep":
        why = next(filter(None, request.POST.getlist(f"why-{order}")), "")
        work.keep(submission=found, order=order, words=words, reason=why[:500], by=by)
        return order
    said = {name: getattr(line, name) for name in work.OF_A_LINE} | {"left_out": ""}
    if act == "take":
        said["sanitised"] = without(line.sanitised, words)
    work.save(submission=found, lines=[work.LineWork(order, **said)], by=by)
    return order


def _words(request: SignedInRequest, name: str) -> str:
    said = request.POST.get(name, "").strip()
    if not said:
        raise NotAllowedNow("Nothing was written. Fill in the box, then press the button again.")
    if len(said) > MOST_WORDS:
        raise NotAllowedNow(f"Write {MOST_WORDS} characters or fewer, then press the button again.")
    return said


def _add(
    request: SignedInRequest, found: IntelligenceSubmission, act: str, rest: str, find: FindForm
) -> None:
    """Make a record of a row of the submission, or of what was typed, and choose it."""
    if act == "new":
        if not find.is_valid() or find.cleaned_data["kind"] == CHILD or not find.cleaned_data["words"]:
            raise NotAllowedNow("Say what to add, and what it is called. A child is never added here.")
        kind, fields, key = SubjectKind(find.cleaned_data["kind"]), find.fields_of_new, find.key
    else:
        rows, _ = new_ones(found, matches(request.user, text_of(found)))
        row = next((each for each in rows if each.row == rest), None)
        if row is None:
            return
        kind, fields, key = row.kind, row.fields, key_from(found.pk, of=row.row)
    made = add_subject(kind=kind, fields=fields, by=request.user, key=key)
    work.link(submission=found, reference=made.reference, by=request.user)


def _more(request: SignedInRequest, found: IntelligenceSubmission) -> None:
    """One more answer to an author who has been answered."""
    form = DeskForms(found, request.POST).answer
    said = form.cleaned_data if form.is_valid() else {}
    if not said.get("code") or not said.get("outcome"):
        raise NotAllowedNow("Choose the outcome and the answer to the author.")
    work.answer(submission=found, by=request.user, key=form.key, **said)
    messages.success(request, "The author has been answered.")


def _opened(request: SignedInRequest, found: IntelligenceSubmission) -> list[Row]:
    """The author and the source: locked, opened for a reason, and on record. The next page is locked again."""
    reports.open_source(submission=found, reason=_words(request, "why"), by=request.user)
    return unit.source_rows(found, source_of(found))


def _draw(
    request: SignedInRequest,
    found: IntelligenceSubmission,
    forms: DeskForms,
    find: FindForm,
    source: Sequence[Row] = (),
) -> HttpResponse:
    user, chosen = request.user, links_chosen(found)
    known = matches(user, text_of(found))
    added, children = new_ones(found, known)
    others = [each for each in chosen_subjects(user, found) if each[0] not in dict(known)]
    result = checked(found)
    record_submission_view(submission=found, by=user)
    context = {
        **_inbox(request),
        "submission": found,
        "saved_at": timezone.localtime() if request.htmx else None,  # type: ignore[attr-defined]
        "mine": may_write(user, found),
        "others": found.received_by_id not in (None, user.pk),
        "answered": found.state == SubmissionState.ANSWERED,
        "lines": unit.line_rows(found, forms.lines, result),
        "forms": [*forms.lines, forms.answer],
        "form": forms.answer,
        "checked": result,
        "shared": [line.order for line in going_further(found, Handling.P)],
        "how_known": unit.how_known(found),
        "subjects": unit.subject_rows([*known, *others], chosen_cases(user, found), chosen),
        "added": added,
        "children": children,
        "find": find,
        "search": unit.subject_rows(*_found(request, find), chosen),
        "reports": reports_of(user, found),
        "source": source,
    }
    return render(request, "intelligence/desk/desk.html", context)


def _found(request: SignedInRequest, find: FindForm) -> tuple[list[Known], list[Case]]:
    """What was looked for by name; a search is on record, with the children it showed."""
    if request.POST.get("act") != "find" or not find.is_valid():
        return [], []
    kind, words = find.cleaned_data["kind"], find.cleaned_data["words"]
    cases = list(cases_found(request.user, words)) if kind == CHILD else []
    record_list(action=Action.CASES_SEARCHED, by=request.user, cases=cases, searched=words, fields=[kind])
    if kind == CHILD:
        return [], cases
    return [(row, "") for row in subjects_found(request.user, SubjectKind(kind), words)], []


def _inbox(request: SignedInRequest) -> dict[str, Any]:
    form = InboxFilter(request.GET)
    page = inbox_page(request.user, **form.answers, page=request.GET.get("page", "1"))
    shown = form.answers.get("show", "")
    return {"page": page, "inbox": unit.inbox(page), "shown": shown, "narrowings": SHOWN}


@either
def review(request: SignedInRequest, reference: str) -> HttpResponse:
    """What each reader will see, before it is final: for the officer who has it, and for the second one."""
    found, act = _to_work_on(request, reference), request.POST.get("act", "")
    form = ReviewForm(request.POST or None, submission=found)
    writes = may_write(request.user, found)
    if request.method == "POST" and (not writes or form.is_valid()):
        with warns(request):
            return redirect(_reviewed(request, found, act, form))
        return redirect("intelligence:review", reference=reference)
    record_submission_view(submission=found, by=request.user)
    shared, conditional = (going_further(found, each) for each in Handling)
    context = {
        "submission": found,
        "form": form,
        "mine": found.received_by_id == request.user.pk,
        "writes": writes,
        "reviewed": found.state == SubmissionState.REVIEW,
        "shared": shared,
        "conditional": conditional,
        "left": not_ready(found),
        "subjects": unit.subject_rows(chosen_subjects(request.user, found), (), links_chosen(found)),
        "cases": chosen_cases(request.user, found),
    }
    return render(request, "intelligence/desk/review.html", context)


def _reviewed(request: SignedInRequest, found: IntelligenceSubmission, act: str, form: ReviewForm) -> str:
    """Do what was pressed; the address to go on at."""
    by = request.user
    if act == "agree":
        work.agree(submission=found, by=by)
        messages.success(request, "You agree. The officer who has it can now issue it.")
    elif act == "refuse":
        work.send_back(submission=found, by=by, reason=_words(request, "why"))
    elif may_write(by, found):
        work.prepare(submission=found, by=by, **form.handled)
    if act == "ask":
        work.ask_second_officer(submission=found, by=by)
        messages.success(request, "The unit has been asked for a second officer.")
    elif act == "issue":
        work.finish(submission=found, by=by, key=form.key)
        messages.success(request, f"{found.reference} has been issued, and its author has been answered.")
    there = "intelligence:desk" if act in ("refuse", "issue") else "intelligence:review"
    return reverse(there, args=[found.reference])


@require_GET
def force_pdf(request: SignedInRequest, reference: str) -> HttpResponse:
    """The sanitised intelligence on paper for the force, marked with its handling. Nothing of its source is on it."""
    found = _to_work_on(request, reference)
    factors.require_proof(request)
    reports.record_copy(submission=found, kind="pdf", by=request.user)
    linked = (chosen_subjects(request.user, found), chosen_cases(request.user, found), set[str]())
    context = {
        **unit.for_the_force(found, reports_of(request.user, found)),
        "submission": found,
        "about": unit.subject_rows(*linked),
        "copy_id": f"{found.reference}, copied {display_datetime(timezone.now())}",
    }
    content = render_pdf("pdf/intelligence.html", context)
    return attachment(content, name=f"{reference}.pdf", content_type="application/pdf")


def _to_work_on(request: SignedInRequest, reference: str) -> IntelligenceSubmission:
    return gate.require(request.user, Permission.SUBMISSION_WORK, submission_for(request.user, reference))
