"""Following concerns: the list, one concern as it was sent, its feedback, and what is added to it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.forms.concern_following import AddendumForm, ConcernFilterForm
from cases.presenters import concerns as words
from cases.selectors.concern_reading import kept_outcomes, reading_of
from cases.selectors.concerns import concern_for, drafts_of, submitted_list
from cases.services import concerns
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.drafts import services as typed_drafts
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.ui.presenters import counted


@require_GET
def concern_list(request: SignedInRequest) -> HttpResponse:
    """What this person is still writing, and what they or their agency have sent."""
    gate.require(request.user, Permission.CONCERN_LIST)
    form = ConcernFilterForm(request.GET)
    said = form.answers
    page = submitted_list(
        request.user, scope=said.get("scope", "mine"), state=said.get("state", ""), page=form.page
    )
    drafts = [] if said or page.number > 1 else list(drafts_of(request.user))
    concerns.record_listed(shown=[*drafts, *page], by=request.user, detail=said)
    context = {
        "filters": form,
        "chips": form.chips(request),
        "drafts": words.draft_tasks(drafts),
        "rows": words.concern_rows(page, kept=kept_outcomes(request.user, page)),
        "page": page,
        "count": counted(page.paginator.count, "concern"),
        "agency_scope": said.get("scope") == "agency",
        "filtered": bool(said),
    }
    return render(request, "cases/concerns/list.html", context)


@require_GET
def concern(request: SignedInRequest, reference: str) -> HttpResponse:
    """One concern as it was sent, the decision and feedback, and everything added since. A draft goes on instead."""
    found = concern_for(request.user, reference)
    if found.is_draft:
        return redirect(words.next_url(found))
    user = request.user
    triages = gate.can(user, Permission.CONCERN_DECIDE, found)
    concerns.record_view(concern=found, by=user, page="concern")
    decided, reading = not found.is_waiting, reading_of(user, found)
    shown = words.decision_rows(found, with_rationale=triages, reading=reading) if decided else None
    context = {
        "concern": found,
        "sent": words.sent_rows(found),
        "sections": words.sections(found, reading=reading),
        "decision": shown,
        "case": found.case if found.case and gate.can(user, Permission.CASE_VIEW, found.case) else None,
        "addenda": words.addenda(found.addenda.all()),
        "may_decide": triages and found.is_waiting,
    }
    return render(request, "cases/concerns/concern.html", context)


@require_GET
def concern_sent(request: SignedInRequest, reference: str) -> HttpResponse:
    """The reference, what happens next and by when."""
    found = gate.require(request.user, Permission.CONCERN_EDIT, concern_for(request.user, reference))
    if found.is_draft:
        return redirect(words.next_url(found))
    concerns.record_view(concern=found, by=request.user, page="sent")
    return render(request, "cases/concerns/sent.html", {"concern": found})


@either
def concern_add(request: SignedInRequest, reference: str) -> HttpResponse:
    """Add something learned since. Nothing that was sent is changed."""
    found = gate.require(request.user, Permission.CONCERN_ADD, concern_for(request.user, reference))
    form = AddendumForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["text"]
        concerns.add_addendum(concern=found, text=text, by=request.user, key=form.key)
        typed_drafts.saved(request)
        messages.success(request, f"Your words have been added to concern {found.reference}.")
        return redirect("cases:concern", reference=found.reference)
    concerns.record_view(concern=found, by=request.user, page="add")
    return render(
        request, "cases/concerns/add.html", {"concern": found, "form": form, "draft": f"addendum:{found.pk}"}
    )
