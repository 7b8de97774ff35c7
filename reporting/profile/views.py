"""The problem profile: the list, one of them and its parts, publishing, taking up, and both PDFs."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cases.record.forms import VersionedForm
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotVisible
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.keys import new_key
from cse_portal.ui.downloads import attachment
from cse_portal.ui.forms import PortalForm
from cse_portal.ui.pdf import render_pdf
from mase.meetings.errors import SomeoneElseSaved
from mase.strategy.forms import ObjectiveForm
from reporting.profile import presenters, selectors, services
from reporting.profile.forms import PartForm, StartForm, WordsForm
from reporting.profile.models import PartKind, ProblemProfile, Section

VERSIONS = ("confidential", "sanitised")


@either
def profiles(request: SignedInRequest) -> HttpResponse:
    """The profiles that one may read; for the analyst also starting the next one."""
    gate.require(request.user, Permission.BOARD_REPORT_VIEW)
    years = selectors.years_to_start(request.user)
    form = StartForm(request.POST if request.method == "POST" else None, years=years)
    if form.does(lambda: services.start(year=int(form.cleaned_data["year"]), by=request.user)):
        return redirect(form.done)
    services.record_view(by=request.user)
    context = {"profiles": selectors.profiles(request.user), "form": form, "may_start": bool(years)}
    return render(request, "reporting/profile/list.html", context)


@require_GET
def profile(request: SignedInRequest, year: str) -> HttpResponse:
    """One profile: in full for who reads returns, sanitised for everybody else."""
    found = selectors.profile_for(request.user, year)
    confidential = gate.can(request.user, Permission.RETURN_VIEW)
    record = selectors.record_of(request.user, found)
    services.record_view(by=request.user, profile=found)
    writes = not found.published_at and gate.can(request.user, Permission.RETURN_PREPARE)
    publishes = not found.published_at and gate.can(request.user, Permission.RETURN_SIGN)
    context = {
        "profile": found, "page": presenters.page(record, confidential=confidential), "writes": writes,
        "publishes": publishes, "left": services.what_is_left(found) if writes or publishes else [],
        "takes_up": gate.can(request.user, Permission.STRATEGIC_CHANGE),
        "versions": VERSIONS if confidential else VERSIONS[1:],
    }  # fmt: skip
    return render(request, "reporting/profile/profile.html", context)


@either
def say(request: SignedInRequest, year: str) -> HttpResponse:
    """The year in short, its sources, and who at the ROCU read it."""
    found = _to_write(request, year)
    form = WordsForm(
        request.POST if request.method == "POST" else None, initial=WordsForm.values_of(found)
    )  # fmt: skip
    if form.does(
        lambda: services.say(profile=found, values=form.values, version=form.drawn_at, by=request.user)
    ):
        return redirect(found)
    return _form(request, found, form, "The year in short")


@either
def add(request: SignedInRequest, year: str, kind: str) -> HttpResponse:
    """A finding, something not known, or a recommendation."""
    found = _to_write(request, year)
    if kind not in PartKind.values:
        raise NotVisible
    of = PartKind(kind)
    asked = request.GET.get("section", "")
    form = PartForm(
        request.POST if request.method == "POST" else None, kind=of,
        initial={"section": asked if asked in Section.values else Section.VICTIMS},
    )  # fmt: skip
    if form.does(
        lambda: services.add(profile=found, kind=of, values=form.values, key=form.key, by=request.user)
    ):
        return redirect(f"{found.get_absolute_url()}#{form.done.section}")
    return _form(request, found, form, presenters.ADD[of])


@either
def part(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Other words for a part, or none."""
    row = selectors.part_for(request.user, pk)
    found = _to_write(request, row.profile.slug)
    if request.POST.get("remove"):
        with warns(request):
            services.remove(part=row, by=request.user)
        return redirect(found)
    kind = PartKind(row.kind)
    form = PartForm(request.POST if request.method == "POST" else None, kind=kind, part=row)
    if form.does(
        lambda: services.change(part=row, values=form.values, version=form.drawn_at, by=request.user)
    ):
        return redirect(f"{found.get_absolute_url()}#{form.done.section}")
    return _form(request, found, form, f"Change: {kind.label.lower()}", removes=row.objective is None)


@either
def take_up(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Make a recommendation an objective of the strategy's plan."""
    row = selectors.part_for(request.user, pk)
    gate.require(request.user, Permission.STRATEGIC_CHANGE)
    form = ObjectiveForm(
        request.POST if request.method == "POST" else None,
        initial={"text": row.sanitised, "agency": row.agency, "due_on": row.due_on},
    )
    if form.does(
        lambda: services.take_up(part=row, values=form.values, key=form.key, by=request.user), field="owner"
    ):
        messages.success(request, "It is in the strategy’s plan. Its owner reports on it each quarter.")
        return redirect(row.profile)
    return _form(request, row.profile, form, "Make it an objective")


@require_POST
def publish(request: SignedInRequest, year: str) -> HttpResponse:
    """A second person publishes it."""
    found = selectors.profile_for(request.user, year)
    with warns(request):
        services.publish(profile=found, by=request.user)
        messages.success(request, f"The problem profile for {found.label} is published.")
    return redirect(found)


@require_GET
def pdf(request: SignedInRequest, year: str, version: str) -> HttpResponse:
    """The confidential version for who reads returns, or the sanitised one; a copy on record."""
    found = selectors.profile_for(request.user, year)
    if version not in VERSIONS:
        raise NotVisible
    confidential = version == VERSIONS[0]
    if confidential:
        gate.require(request.user, Permission.RETURN_VIEW)
    copy = new_key()
    record = selectors.record_of(request.user, found)
    document = presenters.document(record, confidential=confidential, reader=request.user, copy=copy)
    content = render_pdf("pdf/profile.html", {"d": document})
    services.record_view(by=request.user, profile=found, copy=copy)
    name = f"problem-profile-{found.slug}-{version}.pdf"
    return attachment(content, name=name, content_type="application/pdf")


def _to_write(request: SignedInRequest, year: str) -> ProblemProfile:
    found = selectors.profile_for(request.user, year)
    gate.require(request.user, Permission.RETURN_PREPARE)
    return found


def _form(
    request: SignedInRequest, found: ProblemProfile, form: PortalForm, heading: str, *, removes: bool = False
) -> HttpResponse:
    if isinstance(form.refusal, SomeoneElseSaved) and isinstance(form, VersionedForm):
        form.redraw_at(getattr(form.refusal.theirs, "version", 0))
    services.record_view(by=request.user, profile=found)
    context = {"profile": found, "form": form, "heading": heading, "removes": removes}
    return render(request, "reporting/profile/form.html", context)
