"""What a session serves whose screen a room sees: the meeting's own page with what it needs, and no other of it.

Another would stay lit when somebody comes in who may not know of the child, and shows what the wall leaves out.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern

from cse_portal.jobs.views import SignedInRequest
from cse_portal.ui.typed import given_back
from mase.selectors.meetings import meeting_watched
from mase.selectors.room import Sight, sight_on
from mase.views.page import PROJECTING, is_projecting

BELOW = "meetings/<uuid:pk>/"
# These draw the page itself, which knows what the room may see, or draw nothing and lead back to it.
ON_THE_WALL = frozenset({
    "meeting", "live", "projector", "one-item", "reveal", "hide", "family", "seat", "section", "section-aside",
    "remove", "words", "agenda-item",
})  # fmt: skip


def keep_off_the_wall(patterns: list[URLPattern]) -> list[URLPattern]:
    """Every address below a meeting that is not for its wall; a new one is kept off until somebody names it above."""
    for each in patterns:
        if str(each.pattern).startswith(BELOW) and each.name not in ON_THE_WALL:
            each.callback = off_the_wall(each.callback)
    return patterns


def off_the_wall(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Where this screen is shown to the room, say so instead; where it shows nothing, go back to that."""

    @wraps(view)
    def served(request: SignedInRequest, pk: uuid.UUID, **kwargs: Any) -> HttpResponse:
        if request.session.get(PROJECTING) != str(pk):
            return view(request, pk=pk, **kwargs)
        meeting = meeting_watched(request.user, pk)
        if not is_projecting(request, meeting):
            return view(request, pk=pk, **kwargs)
        posted = request.method == "POST"
        if not posted and sight_on(request.user, meeting, projecting=True) is Sight.NOTHING:
            return redirect("mase:meeting", pk=pk)
        context = {"meeting": meeting, "typed": given_back(request)}
        return render(request, "mase/meetings/shown_to_room.html", context, status=409 if posted else 200)

    return served
