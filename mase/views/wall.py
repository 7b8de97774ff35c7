"""What a session serves whose screen a room sees: the meeting's own page with what it needs, and nothing else.

Another page would stay lit when somebody comes in who may not know of the child, and shows what the wall leaves out:
the last meeting's minutes are one link away.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import ResolverMatch

from cse_portal.errors import NotVisible
from cse_portal.jobs.views import SignedInRequest
from cse_portal.ui.typed import given_back
from mase.selectors.meetings import meeting_watched
from mase.selectors.room import Sight, sight_on
from mase.views.page import PROJECTING, is_projecting

# These draw the page itself, which knows what the room may see, or draw nothing and lead back to it.
ON_THE_WALL = frozenset({
    "meeting", "live", "projector", "one-item", "reveal", "hide", "family", "seat", "section", "section-aside",
    "remove", "words", "agenda-item",
})  # fmt: skip
# Proving who one is and signing out tell nothing of any child.
ANYWHERE = frozenset({
    "sign_in:prove", "sign_in:agency-start", "openid_connect_callback", "account_reauthenticate", "account_login",
    "account_logout", "mfa_authenticate", "livez", "readyz",
})  # fmt: skip


class WallMiddleware:
    """Every address that is not for the wall is kept off it; a new one, too, until somebody names it above."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: SignedInRequest, view: object, args: object, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Where this screen is shown to the room, say so instead; where it shows nothing, go back to that."""
        shown = request.session.get(PROJECTING)
        if (
            not shown
            or not request.user.is_authenticated
            or _is_for_it(request.resolver_match, shown, kwargs)
        ):
            return None
        try:
            meeting = meeting_watched(request.user, uuid.UUID(shown))
        except NotVisible:
            return None  # its page shows nothing any more
        if not is_projecting(request, meeting):
            return None
        posted = request.method == "POST"
        if not posted and sight_on(request.user, meeting, projecting=True) is Sight.NOTHING:
            return redirect("mase:meeting", pk=meeting.pk)
        context = {"meeting": meeting, "typed": given_back(request)}
        return render(request, "mase/meetings/shown_to_room.html", context, status=409 if posted else 200)


def _is_for_it(match: ResolverMatch | None, shown: str, kwargs: dict[str, Any]) -> bool:
    if match is None or match.view_name in ANYWHERE:
        return True
    return match.namespace == "mase" and match.url_name in ON_THE_WALL and str(kwargs.get("pk")) == shown
