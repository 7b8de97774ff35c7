"""The pages for when something cannot be shown."""

import inspect
import posixpath
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from cse_portal.access import refusals


def _trouble(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    """In the frame, with no area marked: every address that shows nothing has the same page."""
    return render(request, template, {"is_trouble": True, **context}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent something that cannot be read; 413: more than any page takes."""
    too_large = isinstance(exception, RequestDataTooBig)
    return _trouble(request, "400.html", 413 if too_large else 400, too_large=too_large)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: visible, but not for this person to do."""
    return _trouble(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same for an unknown address and for a row this person may not know of."""
    return _trouble(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; drawn without asking the database anything, so without the areas of the person."""
    return _trouble(request, "500.html", 500, standing=None, unread=0, user=None, bare=True)


def csrf_failure(request: HttpRequest, reason: str = "", **_: Any) -> HttpResponse:
    """403: the page was open too long, or was not ours."""
    refusals.forged(request)
    return _trouble(request, "403_csrf.html", 403)


def not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """405: a button leads here and no link does; the way back is the nearest page above.

    It is said from here, so that the page has no key in it: it is the same whether or not there is such a record.
    """
    back = nearest_page(request.path)
    back = back if back == "/" else posixpath.relpath(back, request.path) + "/"
    response = _trouble(request, "405.html", 405, back=back)
    response["Allow"] = allowed
    return response


def nearest_page(path: str) -> str:
    """This address, if it can be read, or the nearest one above it that can: the case, the list, home."""
    while path.strip("/"):
        if is_a_page(path):
            return path
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return "/"


def is_a_page(path: str) -> bool:
    """Whether there is such an address, and it answers GET."""
    try:
        return can_be_read(resolve(path).func)
    except Resolver404:
        return False


def can_be_read(view: Callable[..., Any] | None) -> bool:
    """Whether a view answers GET, as its decorator or its class says."""
    while view is not None:
        if (kind := getattr(view, "view_class", None)) is not None:
            return hasattr(kind, "get")
        around = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
        if "request_method_list" in around:
            return "GET" in around["request_method_list"]
        view = getattr(view, "__wrapped__", None)
    return True
