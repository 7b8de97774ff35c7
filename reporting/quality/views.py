"""Audits of case files: one's own and the samples, drawing one, the tool, and the actions. And supervision."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cases.record.presenters import banner
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.drafts import services as drafts
from cse_portal.errors import NotPermitted
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.paging import PER_PAGE, page_of
from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import counted, display_date
from reporting.quality import selectors, services
from reporting.quality.forms import (
    ActionForms,
    AgreedForms,
    AuditForm,
    OutcomeForm,
    SampleForm,
    SupervisionForm,
)
from reporting.quality.models import GRADES


@require_GET
def audits(request: SignedInRequest) -> HttpResponse:
    """What one has to audit and to act on; for who draws them, every sample."""
    user = request.user
    gate.require(user, Permission.CASE_AUDIT)
    own, actions = list(selectors.own_audits(user)), list(selectors.own_actions(user))
    draws = gate.can(user, Permission.CASE_AUDIT_DRAW)
    services.record_view(by=user, page="list", shown=[*own, *(each.audit for each in actions)])
    context = {
        "own": own,
        "actions": actions,
        "draws": draws,
        "samples": selectors.samples(user) if draws else [],
    }
    return render(request, "reporting/quality/audits.html", context)


@either
def draw(request: SignedInRequest) -> HttpResponse:
    """Draw a sample."""
    gate.require(request.user, Permission.CASE_AUDIT_DRAW)
    form = SampleForm(request.POST or None)
    if form.does(lambda: services.draw(key=form.key, by=request.user, **form.said)):
        messages.success(request, "The sample is drawn. Its auditors are told.")
        return redirect(form.done)
    services.record_view(by=request.user, page="draw")
    context = {
        "form": form, "heading": "Draw case files to audit", "button": "Draw the sample",
        "back": reverse("reporting:case-audits"),
    }  # fmt: skip
    return render(request, "layouts/form.html", context)


@require_GET
def sample(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Its audits, and how many have which grade."""
    found = selectors.sample_for(request.user, pk)
    rows = list(selectors.audits_of(request.user, found))
    services.record_view(by=request.user, page="sample", shown=rows)
    graded = selectors.grades_of(selectors.audits_of(request.user, found))
    words = ", ".join(f"{label(GRADES, code).lower()}: {number}" for code, number in graded.items())
    return render(request, "reporting/quality/sample.html", {"sample": found, "rows": rows, "graded": words})


@either
def audit(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The tool for its auditor until it is completed; then what was found, for everybody who sees the case."""
    found = selectors.audit_for(request.user, pk)
    posted, form, rows = request.POST or None, None, None
    if found.completed_at is None and found.auditor_id == request.user.pk:
        rows = ActionForms(posted, prefix="actions", form_kwargs={"audit": found})
        form = AuditForm(posted, quiet=rows.rows_changed)
        if posted and not rows.rows_changed and form.is_valid() and rows.is_valid():
            actions = [{**row, "owner": row["owner"].user} for row in rows.rows if row]
            if form.does(
                lambda: services.complete(audit=found, **form.said, actions=actions, by=request.user)
            ):
                messages.success(request, f"The audit is completed, with {counted(len(actions), 'action')}.")
                return redirect(found)
    elif request.method == "POST":
        raise NotPermitted
    services.record_view(by=request.user, page="audit", shown=[found])
    context = {
        "audit": found, "case": found.case, "banner": banner(found.case), "form": form, "formset": rows,
        "draft": f"case-audit:{pk}", "actions": found.actions.select_related("owner"),
    }  # fmt: skip
    return render(request, "reporting/quality/audit.html", context)


@either
def action(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Its owner says what came of it."""
    found = selectors.action_for(request.user, pk)
    if found.owner_id != request.user.pk:
        raise NotPermitted
    form = OutcomeForm(request.POST or None)
    if form.does(
        lambda: services.finish_action(action=found, outcome=form.cleaned_data["outcome"], by=request.user)
    ):
        messages.success(request, "It is recorded that this is done.")
        return redirect(found.audit)
    services.record_view(by=request.user, page="action", shown=[found.audit])
    context = {
        "form": form, "heading": found.text, "caption": found.audit.case.reference, "button": "It is done",
        "back": found.audit.get_absolute_url(),
    }  # fmt: skip
    return render(request, "layouts/form.html", context)


@require_GET
def supervision(request: SignedInRequest) -> HttpResponse:
    """Whom one supervises or is supervised by, and when next; then every supervision that one may read."""
    gate.require(request.user, Permission.CASE_AUDIT)
    services.record_reading(by=request.user)
    page = page_of(selectors.supervisions(request.user), PER_PAGE, request.GET.get("page"))
    context = {"page": page, "rows": page.object_list, "due": selectors.supervision_due(request.user)}
    return render(request, "reporting/quality/supervisions.html", context)


@require_GET
def supervision_record(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What was said and agreed."""
    found = selectors.supervision_for(request.user, pk)
    entries = selectors.entries_of(request.user, found)
    children = [each for each in entries if each.case_id]
    services.record_reading(by=request.user, supervision=found, cases=[each.case_id for each in children])
    context = {
        "row": found,
        "answers": [each for each in entries if each.question],
        "children": children,
        "agreed": [each for each in entries if each.due_on],
    }
    return render(request, "reporting/quality/supervision.html", context)


@either
def supervise(request: SignedInRequest, pk: uuid.UUID | None = None) -> HttpResponse:
    """Record a supervision; with a key, in the place of one that was recorded wrongly."""
    gate.require(request.user, Permission.CASE_AUDIT)
    corrects = selectors.supervision_for(request.user, pk) if pk else None
    if corrects and corrects.supervisor_id != request.user.pk:
        raise NotPermitted
    posted, initial = request.POST or None, selectors.as_recorded(request.user, corrects)
    rows = AgreedForms(posted, prefix="agreed", initial=initial.pop("agreed", None))
    rows.rows_changed |= "choose" in request.POST
    initial.setdefault("person", request.GET.get("person"))
    form = SupervisionForm(posted, by=request.user, initial=initial, quiet=rows.rows_changed)
    if (
        not rows.rows_changed
        and rows.is_valid()
        and form.does(
            lambda: services.record_supervision(
                **form.said, agreed=rows.rows, corrects=corrects, key=form.key, by=request.user
            )
        )
    ):
        drafts.saved(request)
        next_on = display_date(form.done.next_on)
        messages.success(request, f"The supervision is recorded. The next is due by {next_on}.")
        return redirect(form.done)
    services.record_reading(by=request.user, supervision=corrects, cases=[case.pk for case in form.cases])
    context = {"form": form, "formset": rows, "draft": f"supervision:{pk or 'new'}", "corrects": corrects}
    return render(request, "reporting/quality/supervise.html", context)
