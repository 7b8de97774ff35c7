"""The community's own page, reached without an account; and the CSE team's list of what was told there."""

from contextlib import suppress
from http import HTTPStatus

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from redis import RedisError

from cases.community import presenters as words
from cases.community import services as community
from cases.community.choices import ReportOutcome
from cases.community.forms import DecideForm, MakeConcernForm, TellUsForm
from cases.community.models import CommunityReport
from cases.community.selectors import inbox, repeats_of, report_for
from cse_portal.access import gate, request_origin
from cse_portal.access.permissions import Permission
from cse_portal.audit import context
from cse_portal.jobs.views import SignedInRequest, either

# Of one address, which is kept for the minutes alone and as a hash with our key; and of everybody together.
FROM_ONE, FROM_ALL = "5/5m/key", "60/m/key"
FROM_ELSEWHERE = _("This came from another web page. Read what is here. If you wrote it, press Send.")
TOO_MANY = _(
    "Many people are telling us something right now. Your words are still here. Wait a minute, then press Send."
)


@login_not_required
@csrf_exempt  # a token would need a cookie: the browser says where the form comes from
@either
def tell_us(request: HttpRequest) -> HttpResponse:
    """Tell the CSE team what worries you: without an account, a cookie or a script, in the language of the reader."""
    context.remember_origin(session="", network="")  # not even the network is on record
    languages = words.languages()
    asked = request.GET.get("language", "")
    language = asked if asked in languages else words.ENGLISH
    with translation.override(language):
        form = TellUsForm(request.POST if request.method == "POST" else None)
        page = {"form": form, "language": language, "languages": languages if len(languages) > 1 else {}}
        if not form.is_bound:
            return render(request, "cases/community/tell_us.html", page)
        status = HTTPStatus.OK
        if not _is_our_page(request):
            form.add_error(None, FROM_ELSEWHERE)
            status = HTTPStatus.FORBIDDEN
        elif form.is_valid() and not _has_room(request):
            form.add_error(None, TOO_MANY)
            status = HTTPStatus.TOO_MANY_REQUESTS
        if not form.is_valid():
            form.mend()
            return render(request, "cases/community/tell_us.html", page, status=status)
        reference = community.receive(told=form.told, key=form.key)
        return render(request, "cases/community/told.html", {**page, "form": None, "reference": reference})


def _is_our_page(request: HttpRequest) -> bool:
    """Whether the browser says that the form is this page's; one that says nothing is not believed."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _has_room(request: HttpRequest) -> bool:
    """Whether neither this address nor everybody together sends too much. Without the cache, all is taken."""
    address = salted_hmac("cases.community", request_origin.address(request), algorithm="sha256").hexdigest()
    with suppress(RedisError):
        for key, rate in ((address, FROM_ONE), ("everybody", FROM_ALL)):
            limit = {"app": "cases", "action": "tell_us", "config": {"tell_us": rate}}
            if ratelimit.consume(request, key=key, **limit) is None:
                return False
    return True


@require_GET
def report_list(request: SignedInRequest) -> HttpResponse:
    """What waits, and what was decided lately."""
    gate.require(request.user, Permission.CONCERN_TRIAGE)
    found = inbox(request.user, request.GET.get("page", "1"))
    community.record_listed(number=len(found.waiting), by=request.user)
    page = {
        "page": found.waiting,
        "rows": [words.report_row(each) for each in found.waiting],
        "decided": [words.report_row(each) for each in found.decided],
    }
    return render(request, "cases/community/list.html", page)


@either
def report(request: SignedInRequest, reference: str) -> HttpResponse:
    """One report, and what becomes of it where that is no concern."""
    found = report_for(request.user, reference=reference)
    form = DecideForm(request.POST or None)
    if form.does(lambda: _decide(request, found, form)):
        messages.success(request, f"Report {found.reference} is decided.")
        return redirect("cases:community-reports")
    community.record_view(report=found, by=request.user)
    page = {
        "report": found, "form": form, "about": words.report_rows(found), "decided": words.decided_rows(found),
        "repeats": [words.report_row(each) for each in repeats_of(request.user, found)],
    }  # fmt: skip
    return render(request, "cases/community/report.html", page)


def _decide(request: SignedInRequest, found: CommunityReport, form: DecideForm) -> None:
    said = form.cleaned_data
    if said["outcome"] == ReportOutcome.JOINED:
        community.join(report=found, other=said["other"], by=request.user)
    else:
        community.set_aside(report=found, reason=said["reason"], by=request.user)


@either
def report_concern(request: SignedInRequest, reference: str) -> HttpResponse:
    """Make a concern of a report, with what it says filled in."""
    found = report_for(request.user, reference=reference)
    told = [community.in_words(each) for each in (found, *repeats_of(request.user, found))]
    form = MakeConcernForm(request.POST or None, initial={"worry": "\n\n".join(told)})
    if form.does(
        lambda: community.make_concern(report=found, fields=form.cleaned_data, by=request.user, key=form.key)
    ):
        messages.success(
            request, f"Concern {form.done.reference} is sent. A colleague in triage decides on it."
        )
        return redirect("cases:concern", reference=form.done.reference)
    community.record_view(report=found, by=request.user)
    return render(request, "cases/community/concern.html", {"report": found, "form": form})
