"""One item of a CMOG: what it is about, what is said, what is agreed."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.drafts import services as drafts
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest, warns
from cse_portal.ui.forms import PortalForm
from mase.cmog.forms import CmogActionForm, DeferForm, DisruptionForm, SaidForm
from mase.cmog.presenters import cmog as words
from mase.cmog.selectors import cmog as selectors
from mase.cmog.services import items as services
from mase.cmog.services.items import AgreedUnderItsItem
from mase.cmog.views.cmog import draw
from mase.meetings.errors import SomeoneElseSaved
from mase.meetings.models.agenda import AgendaItem

either = require_http_methods(["GET", "POST"])


@require_POST
def said(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Save what is said and decided, perhaps on the way to the next item. Two writers lose nothing."""
    row = gate.require(request.user, Permission.CMOG_WRITE, selectors.item_for(request.user, pk))
    form = SaidForm(request.POST, item=row)
    if not form.is_valid():
        return draw(request, row.meeting, str(pk), form)
    try:
        services.save_said(item=row, said=form.said, edit=form.edit, by=request.user)
    except NotAllowedNow as refusal:
        form.add_error(getattr(refusal, "field", None), refusal.message)
        return draw(request, row.meeting, str(pk), form, stale=isinstance(refusal, SomeoneElseSaved))
    drafts.saved(request)
    if following := request.POST.get("next"):
        return redirect(f"{row.meeting.get_absolute_url()}?{urlencode({'item': following})}")
    messages.success(request, "Saved.")
    return redirect(row)


@either
def action(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Agree an action for the child, or about what else the item is about."""
    row = gate.require(request.user, Permission.CMOG_WRITE, selectors.item_for(request.user, pk))
    if not row.takes_actions:
        messages.warning(request, AgreedUnderItsItem.message)
        return redirect(row)
    may = row.case is None or gate.can(request.user, Permission.MINUTES_RESTRICTED_VIEW, row.case)
    form = CmogActionForm(
        request.POST if request.method == "POST" else None, may_restrict=may, of_a_child=row.case is not None
    )
    if form.does(lambda: services.add_action(item=row, key=form.key, agreed=form.agreed, by=request.user)):
        messages.success(request, "The action is agreed. It is issued when the meeting ends.")
        return redirect(row)
    return _form(request, row, form, "Agree an action", "Add the action")


@either
def disrupt(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Agree on a tactic against the person or place."""
    row = gate.require(request.user, Permission.CMOG_WRITE, selectors.item_for(request.user, pk))
    form = DisruptionForm(request.POST if request.method == "POST" else None)
    if form.does(
        lambda: services.agree_disruption(item=row, tactic=form.agreed, by=request.user, key=form.key)
    ):
        messages.success(request, "It is agreed. The agency is told, and reports on it.")
        return redirect(row)
    return _form(request, row, form, "Agree on disruption", "Agree on it")


@either
def defer(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Put it off to the next CMOG."""
    row = gate.require(request.user, Permission.CMOG_WRITE, selectors.item_for(request.user, pk))
    form = DeferForm(request.POST if request.method == "POST" else None)
    if form.does(lambda: services.defer(item=row, reason=form.cleaned_data["reason"], by=request.user)):
        messages.success(request, "It is put off, and will be on the next agenda by itself.")
        return redirect("mase:cmog", row.meeting_id)
    return _form(request, row, form, "Put it off to the next one", "Put it off")


@require_POST
def take_up(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Talk about it at this CMOG after all."""
    row = selectors.item_for(request.user, pk)
    with warns(request):
        services.take_up(item=row, by=request.user)
    return redirect(row)


@require_POST
def remove_action(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Take an action off again."""
    row = selectors.item_for(request.user, pk)
    with warns(request):
        services.remove_action(action=selectors.action_of(request.user, row, key), item=row, by=request.user)
        messages.success(request, "The action has been taken off.")
    return redirect(row)


def _form(
    request: SignedInRequest, row: AgendaItem, form: PortalForm, heading: str, button: str
) -> HttpResponse:
    services.record_item(item=row, by=request.user, page=heading.lower())
    context = {
        "meeting": row.meeting, "form": form, "heading": heading, "button": button, "title": words.name_of(row),
        "back": row.get_absolute_url(),
    }  # fmt: skip
    return render(request, "mase/cmog/form.html", context, status=409 if form.non_field_errors() else 200)
