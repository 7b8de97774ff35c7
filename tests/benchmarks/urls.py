"""The portal's addresses, one page that only says hello to measure the others by, and one that draws a report."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from cse_portal.urls import handler400, handler403, handler404, handler500
from cse_portal.urls import urlpatterns as portal
from reporting.board.models import PackVersion
from reporting.board.presenters import drawing
from reporting.board.selectors.packs import Edition

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@login_not_required
def hello(request: HttpRequest) -> HttpResponse:
    """The least a view can do."""
    return HttpResponse("hello")


def hello_signed_in(request: HttpRequest) -> HttpResponse:
    """The least a view can do for somebody who is signed in."""
    return HttpResponse(f"hello {request.user}")


@login_not_required
def draw_report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A board pack drawn anew, as its job does; the portal's own address sends the one that is stored."""
    version = PackVersion.objects.select_related("pack", "read_by").get(pk=pk)
    drawn = drawing.draw(Edition(version.pack, version.words, version.facts, version))
    return HttpResponse(drawn.pdf, content_type="application/pdf")


urlpatterns = [
    path("hello/", hello),
    path("hello-signed-in/", hello_signed_in),
    path("draw-report/<uuid:pk>/", draw_report),
    *portal,
]
