"""Reads a person's standing once a request, and records every refusal."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse

from cse_portal.access.standing import Standing
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowed, NotVisible


class StandingMiddleware:
    """The request's user carries its membership; a refusal becomes 404 or 403 and an audit event of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(user := getattr(request, "user", None), User) or (user and user.is_authenticated):
            read_standing(user)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Runs after the view's transaction rolled back, so the refusal is written in one of its own."""
        if not isinstance(exception, NotAllowed):
            return
        record_denial(request, hidden=isinstance(exception, NotVisible))
        if isinstance(exception, NotVisible):
            raise Http404 from exception
        raise PermissionDenied from exception


def read_standing(user: User) -> None:
    """Keep the membership and standing on this request's own user object."""
    membership = Membership.objects.current().filter(user=user).select_related("agency").first()
    user.request_membership = membership  # type: ignore[attr-defined]
    user.request_standing = Standing(user, membership) if membership else None  # type: ignore[attr-defined]


def record_denial(request: HttpRequest, *, hidden: bool) -> None:
    """Write the refusal: which page it was, never what was asked for."""
    user = request.user if request.user.is_authenticated else None
    page = request.resolver_match.view_name if request.resolver_match else ""
    with transaction.atomic():
        record(Action.DENIED, by=user, detail={"page": page, "method": request.method, "hidden": hidden})
