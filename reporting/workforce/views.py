"""Training: how each agency and role stands, the people, courses, attendance by hand and by uploaded list."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.paging import PER_PAGE, page_of
from cse_portal.ui.downloads import attachment
from cse_portal.ui.presenters import counted
from reporting.workforce import forms, services
from reporting.workforce.models import Course, TrainingList, TrainingStatus
from reporting.workforce.selectors import lists, people

KEEP = Permission.TRAINING_KEEP


@require_GET
def training(request: SignedInRequest) -> HttpResponse:
    """The share trained by agency and by role, against what each role needs."""
    found = people.workforce(request.user)
    services.record_view(by=request.user, page="training")
    context = {
        "whole": people.Share("", "All", found),
        "tables": [
            ("By agency", "agency", people.by_agency(found)),
            ("By role", "role", people.by_role(found)),
        ],
        "lists": lists.waiting_lists(request.user),
        "all": gate.can(request.user, Permission.TRAINING_ALL),
        "statuses": TrainingStatus,
    }
    return render(request, "reporting/workforce/training.html", context)


@require_GET
def trained_people(request: SignedInRequest) -> HttpResponse:
    """The people, with what each attended and how that stands; as a file too."""
    form = forms.PeopleFilter(request.GET, agencies=people.agencies_kept(request.user))
    found = people.found_among(people.workforce(request.user), **form.answers)
    if request.GET.get("format") == "csv":
        content = services.export(people=found, by=request.user)
        name = f"training-{timezone.localdate():%Y-%m-%d}.csv"
        return attachment(content, name=name, content_type="text/csv; charset=utf-8")
    services.record_view(by=request.user, page="people")
    page = page_of(found, PER_PAGE, request.GET.get("page"))
    context = {"page": page, "rows": page.object_list, "form": form, "chips": form.chips(request)}
    return render(request, "reporting/workforce/people.html", context)


@either
def attend(request: SignedInRequest) -> HttpResponse:
    """Record one attendance: a list of one row, which waits only if it is not clear who is meant."""
    form = forms.AttendForm(request.POST or None, agencies=people.agencies_kept(request.user))
    if form.does(lambda: services.receive(rows=[form.row], key=form.key, by=request.user)):
        return _kept(request, form.done, services.keep(listed=form.done, corrected={}, by=request.user))
    return _form(request, form, "Record that somebody attended", "Record")


@require_POST
def staff_left(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """They work there no more."""
    person = people.staff_member(request.user, pk)
    services.staff_left(person=person, by=request.user)
    messages.success(request, f"{person.name} is not counted from today.")
    return redirect("reporting:training-people")


@require_POST
def attendance_remove(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back what was recorded by mistake."""
    gate.require(request.user, KEEP)
    services.remove(attendance=lists.attendance_for(request.user, pk), by=request.user)
    messages.success(request, "The attendance is removed.")
    return redirect("reporting:training-people")


@require_GET
def courses(request: SignedInRequest) -> HttpResponse:
    """The courses of the training plan."""
    gate.require(request.user, KEEP)
    services.record_view(by=request.user, page="courses")
    context = {"courses": people.courses(), "all": gate.can(request.user, Permission.TRAINING_ALL)}
    return render(request, "reporting/workforce/courses.html", context)


@either
def course(request: SignedInRequest, pk: uuid.UUID | None = None) -> HttpResponse:
    """Add a course, or change one."""
    gate.require(request.user, Permission.TRAINING_ALL)
    row = get_object_or_404(Course, pk=pk) if pk else None
    initial = {"name": row.name, "level": row.level, "valid_months": row.valid_months} if row else None
    form = forms.CourseForm(request.POST or None, course=row, initial=initial)
    if form.does(
        lambda: services.save_course(course=row, values=form.cleaned_data, key=form.key, by=request.user)
    ):
        messages.success(request, f"{form.done.name} is saved.")
        return redirect("reporting:training-courses")
    return _form(
        request, form, "Change the course" if row else "Add a course", "Save", "reporting:training-courses"
    )


@either
def upload(request: SignedInRequest) -> HttpResponse:
    """Send a list; it is read and shown, and nothing is kept yet."""
    gate.require(request.user, KEEP)
    form = forms.ListForm(request.POST or None, request.FILES or None)
    if form.does(
        lambda: services.receive(
            rows=form.cleaned_data["rows"],
            file_name=form.cleaned_data["file"].name,
            key=form.key,
            by=request.user,
        )
    ):
        return redirect(form.done)
    return _form(request, form, "Upload a list", "Read the list")


@either
def one_list(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Every row with the portal's answer; then what is clear is kept, and the rest waits here."""
    gate.require(request.user, KEEP)
    listed = lists.list_for(request.user, pk)
    if request.POST.get("discard"):
        services.discard(listed=listed, by=request.user)
        messages.success(request, "The rows that waited are discarded.")
        return redirect("reporting:training")
    lines = lists.lines_of(listed, request.user)
    form = forms.LinesForm(request.POST if request.method == "POST" else None, lines=lines)
    if form.does(lambda: services.keep(listed=listed, corrected=form.corrected, by=request.user)):
        return _kept(request, listed, form.done)
    services.record_view(by=request.user, page="list")
    context = {
        "listed": listed,
        "lines": lines,
        "form": form,
        "ready": sum(each.can_be_kept for each in lines),
    }
    return render(request, "reporting/workforce/list.html", context)


def _kept(request: SignedInRequest, listed: TrainingList, kept: services.Kept) -> HttpResponse:
    already = f" {counted(kept.already, 'row')} had been recorded before." if kept.already else ""
    messages.success(request, f"{counted(kept.recorded, 'attendance')} recorded.{already}")
    return redirect(listed) if kept.waiting else redirect("reporting:training")


def _form(
    request: SignedInRequest, form: object, heading: str, button: str, back: str = "reporting:training"
) -> HttpResponse:
    services.record_view(by=request.user, page="form")
    context = {"form": form, "heading": heading, "button": button, "back": reverse(back)}
    return render(request, "layouts/form.html", context)
