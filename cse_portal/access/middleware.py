"""Opens the request's transaction on behalf of its user, and turns every refusal into its answer."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse

from cse_portal import acting
from cse_portal.access import refusals
from cse_portal.access.user_context import user_context
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowed, NotVisible


class StandingMiddleware:
    """A request acts for its user, in one transaction; a refusal becomes 404 or 403 and an audit event of its own.

    ATOMIC_REQUESTS puts the view into a savepoint of this transaction. What a view wrote before it failed or refused is
    undone with the savepoint; what is written about the refusal stays. Without a user nobody acts.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        who = user_context(request.user) if hasattr(request, "user") else None
        if who is None:
            with acting.acting(acting.NOBODY):
                response = self.get_response(request)
                refusals.record_refusal(request, response)
                return response
        with transaction.atomic(), acting.acting(who.actor):
            response = self.get_response(request)
            refusals.record_refusal(request, response)
            return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Runs after the view's savepoint was rolled back."""
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
