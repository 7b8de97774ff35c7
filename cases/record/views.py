"""The list of cases."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.record.forms import CaseFilterForm
from cases.record.presenters import case_rows, count_words, paging
from cases.record.selectors import caseload
from cases.record.services import record_list
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest


@require_GET
def case_list(request: SignedInRequest) -> HttpResponse:
    """The cases this person may see, filtered, searched and sorted by the address."""
    user = request.user
    gate.require(user, Permission.CASE_LIST)
    form = CaseFilterForm(user, request.GET)
    filters = form.filters
    found = caseload(user, filters, form.page)
    record_list(by=user, shown=found.rows, searched=filters.text)
    context = {
        "form": form,
        "chips": form.chips(request),
        "sort": filters.sort,
        "rows": case_rows(found.rows),
        "count": count_words(found),
        "page": paging(found),
        "query": request.GET.urlencode(),
        "filtered": bool(form.answers.keys() - {"sort"}),
    }
    return render(request, "cases/record/list.html", context)
