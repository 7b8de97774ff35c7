"""The list of children, and what every page of a case has in common."""

import uuid
from collections.abc import Collection
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.record.choices import CaseScope
from cases.record.forms import CaseFilterForm
from cases.record.models.case import Case
from cases.record.presenters import banner, case_rows, count_words, paging, strip
from cases.record.selectors import Caseload, caseload, strip_counts
from cases.record.selectors.steps import steps_of
from cases.record.services import record_list, record_view
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.jobs.views import SignedInRequest

UNFILTERED = {"page", "sort"}


def case_page(
    request: SignedInRequest, case: Case, template: str, name: str, /, *, action: Action = Action.CASE_VIEWED,
    about: Collection[uuid.UUID] = (), **shown: Any,
) -> HttpResponse:  # fmt: skip
    """A page of a case under its banner. That somebody opened it is on record, under its name."""
    record_view(case=case, by=request.user, page=name, action=action, about=about)
    return render(request, template, {"case": case, "banner": banner(case), **shown})


@require_GET
def case_list(request: SignedInRequest) -> HttpResponse:
    """The children this person may see, filtered, searched and sorted by the address; theirs where it says nothing."""
    user = request.user
    gate.require(user, Permission.CASE_LIST)
    form = CaseFilterForm(user, request.GET)
    scope, found = _asked(user, form, plain=request.GET.keys() <= UNFILTERED)
    filters = replace(form.filters, scope=scope)
    record_list(by=user, shown=found.rows, searched=filters.text)
    context = {
        "heading": f"{'Cases' if filters.status else 'Open cases'}{' you lead' if scope == CaseScope.MINE else ''}",
        "form": form.showing({"scope": scope}),
        "scopes": [(value, label, value == (scope or CaseScope.ALL)) for value, label in CaseScope.choices],
        "strip": strip(strip_counts(user, filters), filters),
        "chips": form.chips(request),
        "sort": filters.sort,
        "rows": case_rows(found.rows, steps_of(user, found.rows)),
        "count": count_words(found),
        "page": paging(found),
        "query": urlencode({**request.GET, "scope": scope}, doseq=True),
        "filtered": bool(form.answers.keys() - {"sort", "scope"}),
    }
    return render(request, "cases/record/list.html", context)


def _asked(user: User, form: CaseFilterForm, *, plain: bool) -> tuple[str, Caseload]:
    """The page asked for. A plain visit shows a worker the cases they lead, if they lead any; the team sees all."""
    filters = form.filters
    if plain and not gate.can(user, Permission.CONCERN_TRIAGE):
        mine = caseload(user, replace(filters, scope=CaseScope.MINE), form.page)
        if mine.count:
            return CaseScope.MINE, mine
    return filters.scope, caseload(user, filters, form.page)
