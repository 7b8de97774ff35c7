"""The regional return, each step of its way out, and the lists behind its numbers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.paging import PER_PAGE, page_of
from cse_portal.ui.downloads import attachment
from reporting.returns import presenters
from reporting.returns.forms import CheckForm, DaysForm, ExplainForm, SendBackForm, SignForm, StartForm
from reporting.returns.models import ReturnState
from reporting.returns.presenters import anytime as days_in_words
from reporting.returns.presenters import changes as in_words
from reporting.returns.selectors import anytime
from reporting.returns.selectors import behind as counted
from reporting.returns.selectors import returns as selectors
from reporting.returns.selectors.behind import leading_on
from reporting.returns.selectors.changes import change_to_explain, changes
from reporting.returns.services import files as exports
from reporting.returns.services import returns as services


@require_GET
def behind(
    request: SignedInRequest, period: str, measure: str, dimension: str, row: str, column: str
) -> HttpResponse:
    """What a number counts, one by one, of what this person may see."""
    found = counted.number(request.user, period, measure, dimension, row, column)
    page = page_of(counted.rows_behind(found), PER_PAGE, request.GET.get("page"))
    shown = counted.shown(found, page.object_list)
    which = f"behind {found.measure.code} of {found.period.slug}"
    services.record_behind(things=found.things, shown=shown, which=which, by=request.user)
    differs, because = presenters.differs(counted.in_the_return(request.user, found), page.paginator.count)
    context = {
        "page": page,
        "title": presenters.title(found),
        "found": found,
        "differs": differs,
        "because": because,
        "back": presenters.back_from(found),
        "source_of_lines": presenters.source_of_lines(found),
        "rows": presenters.rows(found.things, shown),
        "lines": presenters.template_of(found.things),
    }
    return render(request, "reporting/returns/behind.html", context)


@either
def returns(request: SignedInRequest) -> HttpResponse:
    """The returns one may see; for the analyst also starting the next one."""
    gate.require(request.user, Permission.RETURN_VIEW)
    quarters = selectors.quarters_to_start() if gate.can(request.user, Permission.RETURN_PREPARE) else []
    form = StartForm(request.POST or None, quarters=quarters)
    if request.method == "POST" and form.is_valid():
        return _start(request, form.cleaned_data["quarter"])
    services.record_view(regional_return=None, by=request.user)
    listed = list(selectors.return_list(request.user))
    context = {"returns": listed, "form": form, "may_start": bool(quarters)}
    return render(request, "reporting/returns/list.html", context)


@require_GET
def one(request: SignedInRequest, quarter: str) -> HttpResponse:
    """One return: what is left to do, its headlines beside earlier ones, and who did what when."""
    regional_return = selectors.find_return(request.user, quarter)
    services.record_view(regional_return=regional_return, by=request.user)
    leading = leading_on(request.user)
    may_prepare = gate.can(request.user, Permission.RETURN_PREPARE)
    may_explain = may_prepare and regional_return.state == ReturnState.DRAFT
    found = changes(request.user, regional_return) if regional_return.revision else []
    checks = selectors.validations_of(regional_return)
    context = {
        "r": regional_return,
        "job": selectors.job_of(regional_return) if regional_return.is_computing else None,
        "facts": presenters.facts(regional_return),
        "groups": in_words.groups(found, regional_return, leading=leading, may_explain=may_explain),
        "earlier": in_words.earlier(regional_return.period),
        "unexplained": sum(each.is_unexplained for each in found),
        "failed": [each for each in checks if not each.passed],
        "held": [each for each in checks if each.passed],
        "history": presenters.history(selectors.history_of(regional_return)),
        "may_prepare": may_prepare,
        "may_sign": gate.can(request.user, Permission.RETURN_SIGN),
        "formats": list(exports.FORMATS),
    }
    return render(request, "reporting/returns/return.html", context)


@require_GET
def measure(request: SignedInRequest, quarter: str, measure: str) -> HttpResponse:
    """One measure of a return: its definition and every breakdown."""
    regional_return = selectors.find_return(request.user, quarter)
    stored = selectors.measure_of(regional_return, measure)
    services.record_view(regional_return=regional_return, by=request.user)
    leading = leading_on(request.user)
    context = {
        "r": regional_return,
        "measure": presenters.measure(stored, stored.figures.all(), quarter, leading=leading),
    }
    return render(request, "reporting/returns/measure.html", context)


@require_GET
def measures(request: SignedInRequest, period: str = "") -> HttpResponse:
    """Every measure, to be read for a quarter or any other days: at first the last quarter that has ended."""
    days = anytime.days_of(request.user, period or selectors.last_ended_quarter().slug)
    form = DaysForm(request.GET or None)
    if request.GET and form.is_valid():
        return redirect("reporting:measures-of", form.period.slug)
    services.record_view(regional_return=None, by=request.user)
    context = {
        "days": days, "form": form, "groups": days_in_words.by_letter(anytime.measures_in(days)),
        "others": days_in_words.other_days(days), "r": anytime.return_of(request.user, days),
    }  # fmt: skip
    return render(request, "reporting/returns/measures.html", context)


@require_GET
def measure_of_days(request: SignedInRequest, period: str, measure: str) -> HttpResponse:
    """One measure for any days. A quarter that has a return is read there: its figures are kept as they were."""
    days = anytime.days_of(request.user, period)
    if (found := anytime.return_of(request.user, days)) is not None:
        return redirect("reporting:return-measure", found.quarter, measure)
    about, figures = anytime.worked_out(days, measure)
    services.record_view(regional_return=None, by=request.user)
    drawn = presenters.measure(about, figures, days.slug, leading=leading_on(request.user))
    return render(request, "reporting/returns/measure.html", {"days": days, "measure": drawn})


@either
def explain(
    request: SignedInRequest, quarter: str, measure: str, dimension: str, row: str, column: str
) -> HttpResponse:
    """Why a headline changed so much."""
    regional_return = selectors.find_return(request.user, quarter)
    gate.require(request.user, Permission.RETURN_PREPARE)
    change = change_to_explain(request.user, regional_return, (measure, dimension, row, column))
    said = {"text": change.explanation.text} if change.explanation else None
    form = ExplainForm(request.POST or None, initial=said)
    if form.does(
        lambda: services.explain(
            regional_return=regional_return, cell=change.cell, by=request.user, **form.cleaned_data
        )
    ):
        messages.success(request, f"Explained: {change.headline.label}.")
        return redirect(regional_return)
    services.record_view(regional_return=regional_return, by=request.user)
    context = {"r": regional_return, "form": form, "change": in_words.explained(change, regional_return)}
    return render(request, "reporting/returns/explain.html", context)


@require_POST
def start(request: SignedInRequest, quarter: str) -> HttpResponse:
    """Work a draft's figures out again."""
    selectors.find_return(request.user, quarter)
    return _start(request, quarter)


@either
def check(request: SignedInRequest, quarter: str) -> HttpResponse:
    """The analyst has read figures and checks, and says what the signer must know."""
    regional_return = selectors.find_return(request.user, quarter)
    gate.require(request.user, Permission.RETURN_PREPARE)
    form = CheckForm(request.POST or None, initial={"revision": regional_return.revision})
    revision = _revision(request.POST.get("revision", ""))
    if form.does(
        lambda: services.check(
            regional_return=regional_return,
            note=form.cleaned_data["note"],
            revision=revision,
            by=request.user,
        )
    ):
        messages.success(
            request, "Checked. The CSE Team Manager has been told that it waits to be signed off."
        )
        return redirect(regional_return)
    checks = [each for each in selectors.validations_of(regional_return) if not each.passed]
    context = {"r": regional_return, "form": form, "failed": checks}
    services.record_view(regional_return=regional_return, by=request.user)
    return render(request, "reporting/returns/check.html", context)


@either
def sign(request: SignedInRequest, quarter: str) -> HttpResponse:
    """Confirm, then freeze."""
    regional_return = selectors.find_return(request.user, quarter)
    gate.require(request.user, Permission.RETURN_SIGN)
    form = SignForm(request.POST or None, initial={"revision": regional_return.revision})
    revision = _revision(request.POST.get("revision", ""))
    if form.does(lambda: services.sign(regional_return=regional_return, revision=revision, by=request.user)):
        messages.success(request, "Signed off. The figures are frozen and can be downloaded.")
        return redirect(regional_return)
    services.record_view(regional_return=regional_return, by=request.user)
    return render(request, "reporting/returns/sign.html", {"r": regional_return, "form": form})


@either
def send_back(request: SignedInRequest, quarter: str) -> HttpResponse:
    """Back to the analyst, with a reason."""
    regional_return = selectors.find_return(request.user, quarter)
    gate.require(request.user, Permission.RETURN_SIGN)
    form = SendBackForm(request.POST or None)
    if form.does(
        lambda: services.send_back(regional_return=regional_return, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, f"The return for {regional_return.label} has gone back to the analyst.")
        return redirect("reporting:returns")
    services.record_view(regional_return=regional_return, by=request.user)
    return render(request, "reporting/returns/send_back.html", {"r": regional_return, "form": form})


@require_GET
def download(request: SignedInRequest, quarter: str, file_format: str) -> HttpResponse:
    """The signed-off return as a file; the audit notes who took it."""
    regional_return = selectors.find_return(request.user, quarter)
    with warns(request):
        written = exports.export(regional_return=regional_return, file_format=file_format, by=request.user)
        return attachment(written.content, name=written.name, content_type=written.content_type)
    return redirect(regional_return)


def _start(request: SignedInRequest, quarter: str) -> HttpResponse:
    with warns(request):
        started = services.start(quarter=quarter, by=request.user)
        job = selectors.job_of(started)
        return redirect("jobs:progress", job.pk) if job else redirect(started)
    return redirect("reporting:returns")


def _revision(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 5 else 0
