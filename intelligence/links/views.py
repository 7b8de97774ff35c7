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
from intelligence.links.forms import ConnectionForm, EndForm, EndsForm, TwoForm
from intelligence.links.presenters.picture import picture
from intelligence.links.selectors.clusters import cmogs_ahead


@require_GET
def links(request: SignedInRequest) -> HttpResponse:
    """What connects these two? Paths and the same as a picture; below, clusters of children."""
    user = request.user
    gate.require(user, Permission.REPORT_LIST)
    form = TwoForm(request.GET)
    found = selectors.connected(user, **form.asked)
    cmogs = cmogs_ahead(user)
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
        "clusters": words.cluster_rows(found.clusters, cmogs),
        "two": [words.node(each.thing) for each in (found.first, found.second) if each.thing],
        "cmog": words.cmog_words(cmogs, [each.thing for each in (found.first, found.second) if each.thing]),
        "puts": cmogs.runs,
        "tasks": words.task_rows(found.tasks),
        "takes": gate.can(user, Permission.CONCERN_TRIAGE),
        "records": gate.can(user, Permission.CONNECTION_RECORD),
        "ends_query": words.ends_query(found),
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
    """Record how two belong together. The address says which; where it does not, they are chosen first."""
    user = request.user
    gate.require(user, Permission.CONNECTION_RECORD)
    posted = request.POST if request.method == "POST" else None
    first, second = (selectors.end_of(user, request.GET.get(name, "")).thing for name in ("first", "second"))
    if first is None or second is None or not services.kinds_between(first, second):
        known = {"first": words.label_of(first), "second": words.label_of(second)}
        choosing = EndsForm(posted, user=user, initial=known)
        if choosing.is_valid():
            return redirect(f"{request.path}?{choosing.query}")
        return render(request, "intelligence/links/add.html", {"form": choosing})
    form = ConnectionForm(
        posted, ends=(first, second), initial={"report": selectors.report_of_both(user, first, second)}
    )
    if form.does(
        lambda: services.record_connection(first=first, second=second, said=form.said, by=user, key=form.key)
    ):
        messages.success(request, "The connection is recorded.")
        return redirect("intelligence:connection", form.done.pk)
    services.record_shown(things=(first, second), by=user, page="record")
    context = {"form": form, "ends": [words.node(first), words.node(second)]}
    return render(request, "intelligence/links/add.html", context)


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
