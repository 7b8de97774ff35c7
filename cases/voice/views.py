"""Everything a child said, writing it down, and saying what changed."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from cases.record.selectors import case_for
from cases.record.views import case_page
from cases.voice import selectors, services
from cases.voice.forms import ChangeForm, VoiceForm
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.drafts import services as drafts
from cse_portal.jobs.views import SignedInRequest, either

TAB = "assessments"  # the tab Risk
FORM = "cases/voice/form.html"
# Where somebody came from to write down what the child said.
BACK = {"assessment": "cases:assessment-new", "closing": "cases:close"}


@require_GET
def voice_list(request: SignedInRequest, reference: str) -> HttpResponse:
    """What the child said, the newest first, and what changed because of it."""
    case = case_for(request.user, reference)
    entries = selectors.voice_entries(case)
    return case_page(
        request, case, "cases/voice/list.html", "voice", current_tab=TAB, entries=entries,
        voice_due_on=selectors.voice_due_on(case, entries[0] if entries else None),
    )  # fmt: skip


@either
def voice_new(request: SignedInRequest, reference: str) -> HttpResponse:
    """Write down what the child said; then back to the assessment or the closing, if one came from there."""
    case = gate.require(request.user, Permission.CHRONOLOGY_ADD, case_for(request.user, reference))
    form = VoiceForm(request.POST or None, by=request.user)
    if form.does(lambda: services.record_voice(case=case, said=form.said, by=request.user, key=form.key)):
        drafts.saved(request)
        messages.success(request, "Their words are recorded, and the next MASE opens with them.")
        back = BACK.get(request.GET.get("from", ""), "cases:voice")
        return redirect(back, reference=case.reference)
    return case_page(request, case, FORM, "voice", form=form, draft=f"voice:{case.pk}")


@either
def voice_change(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """What changed because of what the child said, and when they were told."""
    case = gate.require(request.user, Permission.CHRONOLOGY_ADD, case_for(request.user, reference))
    entry = selectors.voice_entry_of(case, pk)
    form = ChangeForm(request.POST or None, entry=entry)
    if form.does(lambda: services.record_change(entry=entry, by=request.user, **form.change)):
        drafts.saved(request)
        messages.success(request, "What changed is recorded.")
        return redirect("cases:voice", reference=case.reference)
    return case_page(request, case, FORM, "voice", form=form, entry=entry, draft=f"voice-change:{pk}")
