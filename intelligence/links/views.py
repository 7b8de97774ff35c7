"""Pages: what connects two, one connection, and the task of looking at children newly connected."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either, warns
from intelligence.links import presenters as words
from intelligence.links import selectors, services
from intelligence.links.forms import ConnectionForm, EndForm, TwoForm
from intelligence.links.presenters.picture import picture


@require_GET
def links(request: SignedInRequest) -> HttpResponse:
    """What connects these two? Paths and the same as a picture; below, clusters of children."""
    user = request.user
    gate.require(user, Permission.REPORT_LIST)
    form = TwoForm(request.GET)
    found = selectors.connected(user, **form.asked)
    rows = words.tie_rows(found.drawn, found.seen.things)
    paths = words.path_rows(found.paths, rows, found.seen)
    boxes = [words.box(found.first, "text", found.second), words.box(found.second, "q", found.first)]
    services.record_shown(things=found.shown, by=user, page="links")
    context = {
        "form": form.showing({"text": boxes[0].words, "q": boxes[1].words}),
        "boxes": boxes,
        "answer": words.answer(found) if found.asked else "",
        "paths": paths,
        "rows": rows,
        "picture": picture(paths, rows) if paths else "",
        "clusters": words.cluster_rows(found.clusters),
        "tasks": words.task_rows(found.tasks),
        "takes": gate.can(user, Permission.CONCERN_TRIAGE),
        "records": gate.can(user, Permission.CONNECTION_RECORD),
    }
    return render(request, "intelligence/links/links.html", context)


@require_POST
def take(request: SignedInRequest) -> HttpResponse:
    """Take the task of these children."""
    gate.require(request.user, Permission.CONCERN_TRIAGE)
    with warns(request):
        task = services.take_task(children=request.POST.getlist("child"), by=request.user)
        messages.success(request, "You have taken this task. Look at what connects them today.")
        return redirect(words.task_row(task).url)
    return redirect("intelligence:links")


@either
def add(request: SignedInRequest) -> HttpResponse:
    """Record how two belong together. The address may say which is the first."""
    user = request.user
    gate.require(user, Permission.CONNECTION_RECORD)
    form = ConnectionForm(request.POST or None, user=user, initial={"first": request.GET.get("first", "")})
    if form.does(
        lambda: services.record_connection(
            first=form.cleaned_data["first"],
            second=form.cleaned_data["second"],
            said=form.said,
            by=user,
            key=form.key,
        )
    ):
        messages.success(request, "The connection is recorded.")
        return redirect("intelligence:connection", form.done.pk)
    return render(request, "intelligence/links/add.html", {"form": form})


@either
def connection(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One connection with who says so; whoever records them may say that it does not hold."""
    user = request.user
    found = selectors.connection_for(user, pk)
    may_end = found.ended_at is None and gate.can(user, Permission.CONNECTION_RECORD)
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        gate.require(user, Permission.CONNECTION_RECORD)
    if form.does(lambda: services.end_connection(connection=found, by=user, **form.cleaned_data)):
        messages.success(request, "This connection connects nobody any more.")
        return redirect("intelligence:connection", pk)
    services.record_shown(things=found.ends, by=user, page="connection")
    context = {"connection": found, "facts": words.facts(found), "form": form, "may_end": may_end}
    return render(request, "intelligence/links/connection.html", context)
