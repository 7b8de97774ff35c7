"""The page of a job one waits for, and one's notifications."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cse_portal.accounts.models import User
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs import presenters, selectors, services
from cse_portal.jobs.updating import is_wanted, poll_again

either = require_http_methods(["GET", "POST"])  # a page with a form


class SignedInRequest(HttpRequest):
    """A request that passed the sign-in middleware."""

    user: User


def warns(request: HttpRequest) -> AbstractContextManager[None, bool]:
    """What the state forbids inside is said on the next page."""
    return _warned(request)  # type: ignore[return-value]  # it may swallow a refusal


@contextmanager
def _warned(request: HttpRequest) -> Iterator[None]:
    try:
        yield
    except NotAllowedNow as refusal:
        messages.warning(request, refusal.message)


@require_GET
def progress(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """How far the job is. Updates itself without scripts, until it ends or the reader stops it."""
    job = selectors.watched_job(request.user, pk)
    updating = not job.is_finished and is_wanted(request)
    page = render(request, "jobs/progress.html", {"job": presenters.progress(job), "updating": updating})
    if updating:
        poll_again(page, request)
    return page


@require_GET
def notifications(request: SignedInRequest) -> HttpResponse:
    """The person's own notifications: urgent, to do, for information; each by day."""
    rows = list(selectors.notifications(request.user))
    services.record_shown(shown=rows, by=request.user)
    groups = presenters.groups(rows, selectors.children_named(request.user, rows))
    return render(request, "jobs/notifications.html", {"groups": groups})


@require_POST
def open_notification(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Mark it read and go where it leads."""
    return redirect(services.mark_read(notification_id=pk, by=request.user).url)


@require_POST
def read_these(request: SignedInRequest) -> HttpResponse:
    """Mark the notifications of a group read, as they were shown."""
    services.mark_these_read(keys=list(_keys(request.POST.getlist("these"))), by=request.user)
    messages.success(request, "These notifications are marked as read.")
    return redirect("jobs:notifications")


def _keys(texts: Iterable[str]) -> Iterator[uuid.UUID]:
    """What is no key is left out."""
    for text in texts:
        with suppress(ValueError):
            yield uuid.UUID(text)
