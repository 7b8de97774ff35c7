"""Hot spots: where and when, and the rows behind a ward or an hour."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest
from cse_portal.paging import PER_PAGE, page_of
from intelligence.desk.services import record_hotspots
from intelligence.hotspots import presenters as words
from intelligence.hotspots import selectors
from intelligence.hotspots.forms import HotspotFilter


@require_GET
def hotspots(request: SignedInRequest) -> HttpResponse:
    """Of what this person may see; the rows of a ward or an hour where one is chosen."""
    gate.require(request.user, Permission.REPORT_LIST)
    form = HotspotFilter(request.GET)
    ward, hour = form.answers.get("ward", ""), form.chosen_hour
    found = selectors.hotspots(request.user, form.span, form.sources)
    chosen = found.behind(ward=ward, hour=hour) if ward or hour else []
    page = page_of(chosen, PER_PAGE, request.GET.get("page"))
    things = selectors.things(request.user, page)
    record_hotspots(shown=things.values(), by=request.user, detail={**form.answers, "page": page.number})
    context = {
        "found": found.spots,
        "picture": words.picture(found, form.span.label, ringed=ward, address=form.address),
        "off": words.off_the_map(found, form.address),
        "drawn": words.drawn_from(found, form.sources),
        "chosen": words.chosen_words(len(chosen), ward, hour) if ward or hour else "",
        "rows": words.rows(page, things),
        "page": page,
        "whole": form.address("ward", "").replace("#rows", ""),
        "chips": form.chips(request),
        "form": form.showing({"period": form.span, "source": form.sources, "ward": ward}),
    }
    return render(request, "intelligence/hotspots/hotspots.html", context)
