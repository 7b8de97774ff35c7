"""The lists behind the numbers."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cse_portal.jobs.views import SignedInRequest
from cse_portal.paging import page_of
from reporting.presenters import behind as presenters
from reporting.selectors import behind as counted
from reporting.services import viewing

PER_PAGE = 25


@require_GET
def behind(
    request: SignedInRequest, quarter: str, measure: str, dimension: str, row: str, column: str
) -> HttpResponse:
    """What a number counts, one by one, of what this person may see."""
    found = counted.number(request.user, quarter, measure, dimension, row, column)
    page = page_of(counted.rows_behind(found), PER_PAGE, request.GET.get("page"))
    shown = counted.shown(found, page.object_list)
    which = f"behind {found.measure} of {found.quarter.slug}"
    viewing.record_behind(things=found.things, shown=shown, which=which, by=request.user)
    differs, because = presenters.differs(counted.in_the_return(request.user, found), page.paginator.count)
    context = {
        "page": page,
        "title": presenters.title(found),
        "found": found,
        "differs": differs,
        "because": because,
        "drawn_from": presenters.drawn_from(found),
        "rows": presenters.rows(found.things, shown),
    }
    return render(request, "reporting/behind.html", context)
