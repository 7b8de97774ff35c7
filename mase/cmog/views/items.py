"""One item of a CMOG: what it is about, what is said, what is agreed."""

import uuid
from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.drafts import services as drafts
from cse_portal.errors import NotPermitted
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.ui.forms import PortalForm
from intelligence.disruption.forms import AskForm
from mase.cmog.forms import CmogActionForm, DeferForm, SaidForm
from mase.cmog.presenters import cmog as words
from mase.cmog.selectors import cmog as selectors
from mase.cmog.services import items as services
from mase.cmog.views.cmog import draw, draw_form
from mase.meetings.errors import SomeoneElseSaved
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting


@require_POST
def said(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Save what is said and decided, perhaps on the way to the next item. Two writers lose nothing."""
    row = _to_write_on(request, pk)
    form = SaidForm(request.POST, row=row)
    if not form.does(lambda: services.save_said(item=row, by=request.user, **form.said)):
        return draw(request, row.meeting, str(pk), form, stale=isinstance(form.refusal, SomeoneElseSaved))
    drafts.saved(request)
    if following := request.POST.get("next"):
        return redirect(f"{row.meeting.get_absolute_url()}?{urlencode({'item': following})}")
    messages.success(request, "Saved.")
    return redirect(row)


@either
def action(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Agree an action for the child, or about what else the item is about."""
    row = _to_write_on(request, pk)
    may = row.case is None or gate.can(request.user, Permission.MINUTES_RESTRICTED_VIEW, row.case)
    form = CmogActionForm(
        request.POST if request.method == "POST" else None, may_restrict=may, of_a_child=row.case is not None
    )
    return _write(
        request, row, form, "Agree an action",
        lambda: services.add_action(item=row, key=form.key, agreed=form.agreed, by=request.user),
        "The action is agreed. It is issued when the meeting ends.",
    )  # fmt: skip


@either
def disrupt(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for an order against the person or place."""
    row = _to_write_on(request, pk)
    if row.subject is None or not row.is_target:
        raise NotPermitted
    form = AskForm(request.POST if request.method == "POST" else None, user=request.user, subject=row.subject)
    return _write(
        request, row, form, "Ask for an order",
        lambda: services.ask_for_order(item=row, tactic=form.asked, by=request.user, key=form.key),
        "The order is asked for. The agency is told, and reports on it.",
    )  # fmt: skip


@either
def defer(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """It waits for the next meeting."""
    row = _to_write_on(request, pk)
    form = DeferForm(request.POST if request.method == "POST" else None)
    return _write(
        request, row, form, "Put it off to the next meeting",
        lambda: services.put_off(item=row, reason=form.cleaned_data["reason"], by=request.user),
        "It is put off, and will be on the next agenda by itself.", to=row.meeting,
    )  # fmt: skip


@require_POST
def take_up(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Talk about it at this CMOG after all."""
    row = selectors.item_for(request.user, pk)
    with warns(request):
        services.put_off(item=row, reason="", by=request.user)
    return redirect(row)


@require_POST
def remove_action(request: SignedInRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Take an action off again."""
    row = selectors.item_for(request.user, pk)
    with warns(request):
        services.remove_action(action=selectors.action_of(request.user, row, key), item=row, by=request.user)
        messages.success(request, "The action has been taken off.")
    return redirect(row)


def _to_write_on(request: SignedInRequest, pk: uuid.UUID) -> AgendaItem:
    return gate.require(request.user, Permission.CMOG_WRITE, selectors.item_for(request.user, pk))


def _write(
    request: SignedInRequest,
    row: AgendaItem,
    form: PortalForm,
    heading: str,
    act: Callable[[], object],
    done: str,
    *,
    to: Meeting | None = None,
) -> HttpResponse:
    if form.does(act):
        messages.success(request, done)
        return redirect(to or row)
    services.record_item(item=row, by=request.user, page=heading.lower())
    back = {"title": words.name_of(row), "back": row.get_absolute_url()}
    return draw_form(request, row.meeting, form, heading, **back)
