"""The chronology tab, its printed forms, adding to it, and the star."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cases.chronology.forms import OLDEST, ChronologyFilter, new_event
from cases.chronology.presenters import months, timeline
from cases.chronology.selectors import PER_PAGE, PRINTED, chronology, entry_of, for_court
from cases.chronology.services import add_event, set_significant
from cases.record.selectors import also_recorded, case_for
from cases.record.services import record_view
from cases.record.views import case_page
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.actions import Action
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.paging import page_of
from cse_portal.ui.navigation import case_links

TAB = "chronology"


@require_GET
def chronology_list(request: SignedInRequest, reference: str) -> HttpResponse:
    """What happened, from every agency, by month; the newest first unless asked otherwise."""
    case = case_for(request.user, reference)
    asked, also = ChronologyFilter(request.GET), also_recorded(request.user, case)
    rows = chronology(request.user, case, also=also, **_wanted(asked))
    page = page_of(rows, PER_PAGE, request.GET.get("page"))
    may_add = case.is_open and gate.can(request.user, Permission.CHRONOLOGY_ADD, case)
    return case_page(
        request, case, "cases/chronology/list.html", TAB,
        current_tab=TAB,
        filter=asked,
        forms=[asked],
        oldest=asked.answers.get("order") == OLDEST,
        chips=asked.chips(request),
        page=page,
        months=months(
            page.object_list, {link.slug: link.url for link in case_links(request.user, case, "")}, also
        ),
        also=also.values(),
        event=new_event() if may_add else None,
        query=request.GET.urlencode(),
    )  # fmt: skip


@require_GET
def chronology_print(request: SignedInRequest, reference: str) -> HttpResponse:
    """The same entries on one page, for paper; for court oldest first, numbered, without lines about the work."""
    case = case_for(request.user, reference)
    asked, court = ChronologyFilter(request.GET), "court" in request.GET
    also = also_recorded(request.user, case)
    if court:
        rows = for_court(request.user, case, _chosen(request), also=also)
    else:
        rows = chronology(request.user, case, also=also, **_wanted(asked))
    record_view(case=case, by=request.user, page="chronology-print", action=Action.CHRONOLOGY_PRINTED)
    context = {
        "case": case,
        "chips": asked.chips(request),
        "entries": timeline(rows[:PRINTED], also),
        "court": court,
    }
    return render(request, "cases/chronology/print.html", context)


@either
def chronology_add(request: SignedInRequest, reference: str) -> HttpResponse:
    """Add an event or a contact; today is filled in."""
    case = gate.require(request.user, Permission.CHRONOLOGY_ADD, case_for(request.user, reference))
    form = new_event(request.POST or None)
    if form.does(lambda: add_event(case=case, by=request.user, key=form.key, **form.entry)):
        messages.success(request, "Added to the chronology.")
        return redirect("cases:chronology", reference=case.reference)
    return case_page(request, case, "cases/chronology/add.html", "chronology-add", form=form)


@require_POST
def chronology_star(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Say that an entry is significant, or not any more."""
    case = gate.require(request.user, Permission.CHRONOLOGY_ADD, case_for(request.user, reference))
    entry = entry_of(request.user, case, pk)
    set_significant(entry=entry, significant=request.POST.get("significant") == "yes", by=request.user)
    messages.success(request, "The star is saved.")
    shown = request.GET.urlencode()  # the page and the filters that the star was pressed on
    return redirect(f"{reverse('cases:chronology', args=[case.reference])}?{shown}#entry-{entry.pk}")


def _chosen(request: SignedInRequest) -> list[uuid.UUID]:
    """The entries that were ticked; an address that was changed ticks none."""
    try:
        return [uuid.UUID(each) for each in request.GET.getlist("entry")]
    except ValueError:
        return []


def _wanted(asked: ChronologyFilter) -> dict[str, Any]:
    answers = asked.answers
    return {
        "kinds": answers.get("kind", ()),
        "since": answers.get("since"),
        "until": answers.get("until"),
        "text": answers.get("text", ""),
        "significant": bool(answers.get("significant")),
        "oldest_first": answers.get("order") == OLDEST,
    }
