"""What the pages of one plan action share: who may use them, and how a form about it is drawn."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render

from cases.presenters.banner import banner
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.views import SignedInRequest
from mase.models import CmogItem, MaseMeeting, PlanAction
from mase.selectors import actions as selectors
from mase.selectors.chairing import require_chair
from mase.selectors.cmog import running_item
from mase.services import action_reading


def to_report_on(request: SignedInRequest, pk: uuid.UUID) -> PlanAction:
    """The action, for the agency that owns it and the chair."""
    row = selectors.action_for(request.user, pk)
    return gate.require(request.user, Permission.ACTION_UPDATE, row)


def to_judge(request: SignedInRequest, pk: uuid.UUID) -> PlanAction:
    """The action, for who chairs."""
    row = selectors.action_for(request.user, pk)
    require_chair(request.user, row)
    return row


def carried_into(user: User, row: PlanAction) -> MaseMeeting | CmogItem | None:
    """The running meeting about the child, or the running CMOG's item about the same, into which they may take it."""
    return selectors.running_meeting(user, row) or running_item(user, row)


def form_page(
    request: SignedInRequest, row: PlanAction, form: object, heading: str, button: str
) -> HttpResponse:
    """A form about one action, under what was agreed."""
    action_reading.record_view(action=row, by=request.user)
    shown = banner(row.case) if row.case else None
    context = {"action": row, "banner": shown, "form": form, "heading": heading, "button": button}
    return render(request, "mase/actions/form.html", context)
