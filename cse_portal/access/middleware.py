"""Turns every refusal into its answer, and records it."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse

from cse_portal import acting
from cse_portal.access import refusals
from cse_portal.access.again import lost_a_race, try_again
from cse_portal.access.standing import standing
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowed, NotVisible


class StandingMiddleware:
    """A request acts for its user; a refusal becomes 404 or 403 and an audit event of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        who = standing(request.user) if hasattr(request, "user") else None
        with acting.acting(who.actor if who else acting.NOBODY):
            response = self.get_response(request)
            refusals.write_down(request, response)
            return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Runs after the view's transaction rolled back, so the refusal is written in one of its own.

        What lost a race for rows is tried again, and may be refused then as well.
        """
        if lost_a_race(exception):
            try:
                return try_again(request, exception)
            except NotAllowed as refusal:
                exception = refusal
        if not isinstance(exception, NotAllowed):
            return None
        record_denial(request, hidden=isinstance(exception, NotVisible))
        if isinstance(exception, NotVisible):
            raise Http404 from exception
        raise PermissionDenied from exception


def record_denial(request: HttpRequest, *, hidden: bool) -> None:
    """Write the refusal: which page it was, never what was asked for."""
    user = request.user if request.user.is_authenticated else None
    page = request.resolver_match.view_name if request.resolver_match else ""
    with transaction.atomic():
        record(Action.DENIED, by=user, detail={"page": page, "method": request.method, "hidden": hidden})
