"""The regional return, each step of its way out, and the lists behind its numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.paging import PER_PAGE, page_of
from cse_portal.ui.downloads import attachment
from cse_portal.ui.forms import PortalForm
from cse_portal.ui.presenters import counted as counted_in_words
from reporting.measures.presenters import by_letter, compared
from reporting.measures.selectors import registry
from reporting.returns import forms, presenters
from reporting.returns.models import RegionalReturn, ReturnState
from reporting.returns.presenters import behind as lists
from reporting.returns.presenters import changes as in_words
from reporting.returns.presenters import progress
from reporting.returns.selectors import anytime
from reporting.returns.selectors import behind as counted
from reporting.returns.selectors import returns as selectors
from reporting.returns.selectors.behind import leading_on
from reporting.returns.selectors.changes import change_to_explain, changes
from reporting.returns.selectors.document import restated_figures
from reporting.returns.selectors.gaps import OpenGaps, gaps_asked_of, open_gaps
from reporting.returns.services import files as exports
from reporting.returns.services import reading, sending
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
    reading.record_behind(things=found.things, shown=shown, which=which, by=request.user)
    differs, because = lists.differs(counted.in_the_return(request.user, found), page.paginator.count)
    caption, *columns = lists.columns(found.things)
    context = {
        "page": page, "heading": lists.heading(found), "period": lists.period(found.period), "found": found,
        "differs": differs, "because": because,
        "back": lists.back_from(found), "source_of_lines": lists.source_of_lines(found),
        "rows": lists.rows(found.things, shown), "template": lists.template_of(found.things),
        "caption": caption, "columns": columns,
    }  # fmt: skip
    return render(request, "reporting/returns/behind.html", context)


@either
def returns(request: SignedInRequest) -> HttpResponse:
    """The returns one may see; for the analyst also starting the next one."""
    gate.require(request.user, Permission.RETURN_VIEW)
    quarters = selectors.quarters_to_start() if gate.can(request.user, Permission.RETURN_PREPARE) else []
    form = forms.StartForm(request.POST or None, quarters=quarters)
    if request.method == "POST" and form.is_valid():
        quarter = form.cleaned_data["quarter"]
        return _start(request, lambda: services.start(quarter=quarter, by=request.user))
    services.record_view(regional_return=None, by=request.user)
    listed = [(each, *progress.standing(each)) for each in selectors.return_list(request.user)]
    context = {"returns": listed, "form": form, "may_start": bool(quarters)}
    return render(request, "reporting/returns/list.html", context)


@require_GET
def one(request: SignedInRequest, quarter: str) -> HttpResponse:
    """One return: what is left to do, its headlines beside earlier ones, and who did what when."""
    regional_return = selectors.find_return(request.user, quarter)
    services.record_view(regional_return=regional_return, by=request.user)
    leading = leading_on(request.user)
    may_prepare = gate.can(request.user, Permission.RETURN_PREPARE)
    drafting = may_prepare and regional_return.state == ReturnState.DRAFT
    found = changes(request.user, regional_return) if regional_return.revision else []
    checks = selectors.validations_of(regional_return)
    lacking = open_gaps(regional_return) if drafting else OpenGaps()
    to_explain = found if drafting else []
    work = progress.worklist(regional_return, checks, to_explain, lacking, leading=leading)
    context = {
        "r": regional_return,
        "steps": progress.steps(regional_return, work, len(checks)),
        "work": work,
        "must": [each for each in work if each.must],
        "job": selectors.job_of(regional_return) if regional_return.is_computing else None,
        "groups": in_words.groups(found, regional_return, leading=leading, may_explain=drafting),
        "restated": in_words.restated(found, restated_figures(regional_return)),
        "beside": compared(regional_return.period),
        "drafting": drafting,
        "checks": checks,
        "held": [each for each in checks if each.passed],
        "earlier": [
            (each, *progress.standing(each))
            for each in selectors.earlier_returns(request.user, regional_return)
        ],
        "history": presenters.history(selectors.history_of(regional_return)),
        "may_prepare": may_prepare,
        "may_sign": gate.can(request.user, Permission.RETURN_SIGN)
        and not regional_return.is_made_by(request.user),
        "formats": list(exports.FORMATS),
    }
    return render(request, "reporting/returns/return.html", context)


@require_GET
def measure(request: SignedInRequest, quarter: str, measure: str) -> HttpResponse:
    """One measure of a return: its definition and every breakdown."""
    regional_return = selectors.find_return(request.user, quarter)
    stored = selectors.measure_of(regional_return, measure)
    services.record_view(regional_return=regional_return, by=request.user)
    figures, leading = selectors.figures_of_measure(stored), leading_on(request.user)
    tables = presenters.tables(stored.code, figures, regional_return.quarter, leading)
    context = {"r": regional_return, "measure": stored, "tables": tables}
    return render(request, "reporting/returns/measure.html", context)


@require_GET
def measures(request: SignedInRequest, period: str = "") -> HttpResponse:
    """Every measure, to be read for a quarter or any other days: at first the last quarter that has ended."""
    days = anytime.days_of(request.user, period or selectors.last_ended_quarter().slug)
    form = forms.DaysForm(request.GET or None)
    if request.GET and form.is_valid():
        return redirect("reporting:measures-of", form.period.slug)
    services.record_view(regional_return=None, by=request.user)
    context = {
        "days": days, "form": form, "others": presenters.other_days(days),
        "groups": by_letter(registry.in_force(days.ends_on), lambda each: each.code),
        "r": anytime.return_of(request.user, days),
    }  # fmt: skip
    return render(request, "reporting/returns/measures.html", context)


@require_GET
def measure_of_days(request: SignedInRequest, period: str, measure: str) -> HttpResponse:
    """One measure for any days. A quarter that has a return is read there: its figures are kept as they were."""
    days = anytime.days_of(request.user, period)
    if (found := anytime.return_of(request.user, days)) is not None:
        return redirect("reporting:return-measure", found.slug, measure)
    about, figures = anytime.worked_out(days, measure)
    services.record_view(regional_return=None, by=request.user)
    tables = presenters.tables(about.code, figures, days.slug, leading_on(request.user))
    return render(
        request, "reporting/returns/measure.html", {"days": days, "measure": about, "tables": tables}
    )


@either
def explain(
    request: SignedInRequest, quarter: str, measure: str, dimension: str, row: str, column: str
) -> HttpResponse:
    """Why a headline changed so much."""
    regional_return = selectors.find_return(request.user, quarter)
    gate.require(request.user, Permission.RETURN_PREPARE)
    change = change_to_explain(request.user, regional_return, (measure, dimension, row, column))
    said = {"text": change.explanation.text} if change.explanation else None
    form = forms.ExplainForm(request.POST or None, initial=said)
    if form.does(
        lambda: services.explain(
            regional_return=regional_return, cell=change.cell, by=request.user, **form.cleaned_data
        )
    ):
        messages.success(request, f"Explained: {change.headline.label}.")
        return redirect(regional_return)
    drawn = in_words.explained(change, regional_return)
    heading = f"{drawn.label}: {drawn.by.words}"
    return _form(request, regional_return, form, heading, "Save the reason", {"change": drawn})


@require_POST
def start(request: SignedInRequest, quarter: str) -> HttpResponse:
    """Work a draft's figures out again."""
    found = selectors.find_return(request.user, quarter)
    return _start(request, lambda: services.work_out_again(regional_return=found, by=request.user))


@dataclass(frozen=True)
class Act:
    """A step of a return that needs a form: who does it, and in which words."""

    permission: Permission
    form: type[PortalForm]
    verb: Callable[..., object]
    title: str
    button: str
    done: str
    intro: str = ""
    warning: str = ""


ACTS = {
    "check": Act(
        Permission.RETURN_PREPARE, forms.CheckForm, services.check, "Freeze the return for {label}",
        "I have read figures and checks: freeze them",
        "Frozen. The CSE Team Manager has been told that it waits to be signed off.",
        "The figures stay as they are from now on. What is mended later changes the next return.",
    ),
    "sign": Act(
        Permission.RETURN_SIGN, forms.SignForm, services.sign, "Sign off the return for {label}",
        "I have read it: sign off the return", "Signed off. The figures can be downloaded and sent.",
        warning="Once signed off, the figures cannot be changed or taken back, only restated.",
    ),
    "send-back": Act(
        Permission.RETURN_SIGN, forms.SendBackForm, services.send_back, "Send back the return for {label}",
        "Send it back", "The return has gone back to the analyst.",
        "It becomes a draft again. The analyst works the figures out anew, and you will find it here afterwards.",
    ),
    "send": Act(
        Permission.RETURN_PREPARE, forms.SendForm, sending.send, "Send the return for {label}", "Record it as sent",
        "Sent. The file is kept as it was sent.",
        "A sent return is never changed. If an error is found later, a restatement goes out beside it.",
    ),
    "receive": Act(
        Permission.RETURN_PREPARE, forms.ReceiptForm, sending.record_receipt,
        "Record the receipt of the return for {label}", "Record the receipt", "The receipt is recorded.",
    ),
    "correct": Act(
        Permission.RETURN_PREPARE, forms.CorrectForm, services.restate, "Correct the return for {label}",
        "Work out the restatement", "The restatement is being worked out.",
        "The return stays as it was sent. A restatement is worked out from the records of today, frozen, signed off "
        "and sent beside it, and says which numbers changed.",
    ),
}  # fmt: skip


@either
def act(request: SignedInRequest, quarter: str, step: str) -> HttpResponse:
    """A step that needs a form."""
    found, about = selectors.find_return(request.user, quarter), ACTS[step]
    gate.require(request.user, about.permission)
    now = {"revision": found.revision, "note": found.check_note, "received_on": timezone.localdate()}
    form = about.form(request.POST or None, initial=now)
    if form.does(lambda: about.verb(regional_return=found, by=request.user, **form.cleaned_data)):
        messages.success(request, about.done)
        if step == "correct":
            return _progress(form.done)
        return redirect("reporting:returns" if step == "send-back" else found)
    failed = [each for each in selectors.validations_of(found) if not each.passed] if step == "check" else []
    context = {"act": about, "failed": failed, "note": found.check_note if step == "sign" else ""}
    return _form(request, found, form, about.title.format(label=found.label), about.button, context)


def _form(
    request: SignedInRequest,
    found: RegionalReturn,
    form: PortalForm,
    heading: str,
    button: str,
    context: dict[str, object],
) -> HttpResponse:
    services.record_view(regional_return=found, by=request.user)
    page = {"form": form, "heading": heading, "button": button, "back": found.get_absolute_url()}
    context |= {**page, "r": found, "back_to": "Back to the return"}
    return render(request, "reporting/returns/act.html", context)


@require_POST
def ask(request: SignedInRequest, quarter: str) -> HttpResponse:
    """Ask every lead at once for what their children's records lack."""
    found = selectors.find_return(request.user, quarter)
    with warns(request):
        number = sending.ask_for_gaps(regional_return=found, by=request.user)
        messages.success(request, f"Asked. {counted_in_words(number, 'gap')} to mend.")
    return redirect(found)


@require_GET
def gaps(request: SignedInRequest) -> HttpResponse:
    """What a return lacks in the records of the children this person leads."""
    gate.require(request.user, Permission.CASE_LIST)
    waiting, shown = gaps_asked_of(request.user)
    reading.record_gaps(shown=shown, by=request.user)
    context = {"r": waiting, "rows": presenters.gap_rows(shown)}
    return render(request, "reporting/returns/gaps.html", context)


@require_GET
def sent_file(request: SignedInRequest, quarter: str) -> HttpResponse:
    """The very file that was sent; the audit notes who took it."""
    found = selectors.find_return(request.user, quarter)
    return _attached(request, found, partial(sending.take_sent_file, regional_return=found, by=request.user))


@require_GET
def download(request: SignedInRequest, quarter: str, file_format: str) -> HttpResponse:
    """The signed-off return as a file; the audit notes who took it."""
    found = selectors.find_return(request.user, quarter)
    write = partial(exports.export, regional_return=found, file_format=file_format, by=request.user)
    return _attached(request, found, write)


def _attached(
    request: SignedInRequest, found: RegionalReturn, write: Callable[[], exports.ExportFile]
) -> HttpResponse:
    with warns(request):
        written = write()
        return attachment(written.content, name=written.name, content_type=written.content_type)
    return redirect(found)


def _start(request: SignedInRequest, start: Callable[[], RegionalReturn]) -> HttpResponse:
    with warns(request):
        return _progress(start())
    return redirect("reporting:returns")


def _progress(started: RegionalReturn) -> HttpResponse:
    job = selectors.job_of(started)
    return redirect("jobs:progress", job.pk) if job else redirect(started)
