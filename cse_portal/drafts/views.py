"""Saving a draft while it is typed, finding it again, and the list of one's own."""

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cse_portal.drafts import services
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.views import SignedInRequest
from cse_portal.ui.presenters import display_time

MOST_KEYS = 100


@require_GET
def drafts(request: SignedInRequest) -> HttpResponse:
    """Everything that this person typed and has not saved."""
    return render(request, "drafts/list.html", {"drafts": services.drafts_of(request.user)})


@require_GET
def found(request: SignedInRequest) -> HttpResponse:
    """The drafts of the forms on one page, as the script puts them back."""
    keys = request.GET.getlist("key")[:MOST_KEYS]
    own = services.drafts_of(request.user, keys)
    return JsonResponse({
        each.key: {"at": display_time(timezone.localtime(each.updated_at)), "fields": each.fields} for each in own
    })  # fmt: skip


@require_POST
def keep(request: SignedInRequest, key: str) -> HttpResponse:
    """Save a draft as it is typed."""
    if not services.A_KEY.fullmatch(key):
        raise Http404
    page = request.headers.get("Referer", "")
    try:
        kept = services.keep(user=request.user, key=key, fields=services.fields_of(request.POST), page=page)
    except NotAllowedNow as refusal:
        return JsonResponse({"error": refusal.message}, status=413)
    return JsonResponse({"at": display_time(timezone.localtime(kept.updated_at))})


@require_POST
def discard(request: SignedInRequest, key: str) -> HttpResponse:
    """The writer does not need it any more."""
    if not services.A_KEY.fullmatch(key):
        raise Http404
    services.forget(request.user, key)
    messages.success(request, "The draft is deleted.")
    return redirect("drafts:list")
