"""The first page of a case, describing the child, changing the lead, closing and re-opening."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.casework.forms import (
    AliasForms,
    CloseForm,
    IdentityForm,
    LeadForm,
    PictureForm,
    ReopenForm,
    identity_initial,
)
from cases.casework.presenters import closing_rows, differences
from cases.casework.presenters.screen import STEPS, picture_entries, screen
from cases.casework.selectors import (
    aliases_of,
    answered_at_a_meeting,
    last_closing,
    overview,
    pictures_of,
    still_has_access,
)
from cases.casework.services import (
    assign_lead,
    change_identity,
    close_case,
    record_picture,
    reopen_case,
)
from cases.handoffs.presenters import rows as hand_off_rows
from cases.handoffs.selectors import hand_offs_of
from cases.matching.presenters import known_rows
from cases.matching.selectors.known import already_known
from cases.matching.services import record_compared
from cases.missing.selectors.prompts import prompts_among
from cases.record.presenters import step_row
from cases.record.selectors import case_for
from cases.record.services import record_view
from cases.record.views import case_page
from cases.voice.selectors import newest_words
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.ui.navigation import case_links


@require_GET
def case(request: SignedInRequest, reference: str) -> HttpResponse:
    """How things are now and what happens next; who the child is, folded."""
    user, found = request.user, case_for(request.user, reference)
    seen = overview(user, found)
    known = already_known(user, found)
    record_view(case=found, by=user, page="overview")
    if known:
        record_compared(about=found, found=known, by=user)
    may_change = gate.can(user, Permission.CASE_CHANGE, found)
    tabs = {link.slug: link.url for link in case_links(user, found, "")}
    steps = [
        (step_row(each, found), gate.can(user, each.kind.permission, found)) for each in seen.steps[:STEPS]
    ]
    context = {
        **screen(found, seen, tabs),
        "case": found,
        "current_tab": "overview",
        "steps": steps,
        "known": known_rows(known, user),
        "concern": None,
        "may_add_here": found.is_open and gate.can(user, Permission.CONCERN_TRIAGE) and may_change,
        "hand_offs": hand_off_rows(hand_offs_of(found)),
        "prompts": prompts_among(found, seen.missing) if found.is_open else [],
    }
    return render(request, "cases/casework/overview.html", context)


@either
def case_picture(request: SignedInRequest, reference: str) -> HttpResponse:
    """Write how things are with the child now; what was written before is kept and shown."""
    found = gate.require(request.user, Permission.CASE_REVIEW, case_for(request.user, reference))
    older = pictures_of(found)
    form = PictureForm(request.POST or None, initial={"text": older[0].text if older else ""})
    if form.does(
        lambda: record_picture(case=found, by=request.user, key=form.key, text=form.cleaned_data["text"])
    ):
        messages.success(request, "The current picture is saved.")
        return redirect("cases:case", reference=found.reference)
    return case_page(
        request, found, "cases/casework/picture.html", "picture", form=form, older=picture_entries(older)
    )


@either
def case_edit(request: SignedInRequest, reference: str) -> HttpResponse:
    """Write down who the child is. When two people did so at once, both texts are shown and none is lost."""
    found = gate.require(request.user, Permission.CASE_CHANGE, case_for(request.user, reference))
    aliases, posted = aliases_of(found), request.POST or None
    rows = AliasForms(posted, prefix="aliases", initial=[{"name": alias.name} for alias in aliases])
    form = IdentityForm(posted, initial=identity_initial(found), quiet=rows.rows_changed)
    is_ready = bool(posted) and not rows.rows_changed and rows.is_valid()
    names = [row["name"] for row in rows.rows if row.get("name")] if is_ready else []
    if is_ready and form.saves(
        lambda: change_identity(
            case=found, version=form.drawn_at, fields=form.identity, aliases=names, by=request.user,
            exploitation_models=form.cleaned_data["exploitation_models"],
        ),
        newest=lambda: found.child,
        compare=lambda _: differences(form, found, aliases, names),
    ):  # fmt: skip
        messages.success(request, "The child's details have been saved.")
        return redirect("cases:case", reference=found.reference)
    return case_page(request, found, "cases/casework/edit.html", "edit", form=form, formset=rows)


@either
def case_lead(request: SignedInRequest, reference: str) -> HttpResponse:
    """Give the case to another lead professional; the grants follow."""
    found = gate.require(request.user, Permission.CASE_SHARE, case_for(request.user, reference))
    form = LeadForm(request.POST or None, by=request.user, initial={"version": str(found.version)})
    if form.saves(
        lambda: assign_lead(case=found, version=form.drawn_at, by=request.user, **form.said),
        newest=lambda: found,
    ):
        messages.success(request, f"{form.said['professional'].full_name} now leads this case.")
        seen = still_has_access(request.user, found)
        return redirect("cases:case", reference=found.reference) if seen else redirect("cases:list")
    return case_page(request, found, "cases/casework/lead.html", "lead", form=form)


@either
def case_close(request: SignedInRequest, reference: str) -> HttpResponse:
    """Close the case with a reason and the checklist; a second press finds it closed."""
    case = gate.require(request.user, Permission.CASE_CLOSE, case_for(request.user, reference))
    if not case.is_open:
        messages.info(request, "This case is closed.")
        return redirect("cases:case", reference=case.reference)
    answered = answered_at_a_meeting(case)
    form = CloseForm(request.POST or None, answered=answered)
    if form.does(
        lambda: close_case(
            case=case, code=form.cleaned_data["code"], reason=form.cleaned_data["reason"], checklist=form.checklist,
            by=request.user,
        )
    ):  # fmt: skip
        messages.success(
            request, "The case is closed. Its record can be read, and the case can be re-opened."
        )
        return redirect("cases:case", reference=case.reference)
    return case_page(
        request, case, "cases/casework/close.html", "close", form=form, answered=bool(answered),
        voice=newest_words(case),
    )  # fmt: skip


@either
def case_reopen(request: SignedInRequest, reference: str) -> HttpResponse:
    """Work on a closed case again: anyone who could see it sees it open."""
    case = gate.require(request.user, Permission.CASE_REOPEN, case_for(request.user, reference))
    if case.is_open:
        messages.info(request, "This case is open.")
        return redirect("cases:case", reference=case.reference)
    form = ReopenForm(request.POST or None, by=request.user)
    if form.does(
        lambda: reopen_case(
            case=case, reason=form.cleaned_data["reason"], lawful_basis=form.cleaned_data["lawful_basis"],
            by=request.user, key=form.key,
        )
    ):  # fmt: skip
        messages.success(
            request, "The case is open again. Record an assessment, so that its category is up to date."
        )
        return redirect("cases:case", reference=case.reference)
    closing = last_closing(case)
    return case_page(
        request, case, "cases/casework/reopen.html", "reopen", form=form,
        closing=closing_rows(closing) if closing else [],
    )  # fmt: skip
