"""Nothing a signed-in person saw stays in a cache, an index or another site's window."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from whitenoise.middleware import WhiteNoiseFileResponse

from cse_portal.ui.views import not_allowed

# What a browser can do and no page of the portal ever asks for. Passkeys, which signing in uses, are not among them.
NEVER_USED = (
    "accelerometer", "ambient-light-sensor", "attribution-reporting", "autoplay", "battery", "bluetooth",
    "browsing-topics", "camera", "clipboard-read", "compute-pressure", "display-capture", "encrypted-media", "gamepad",
    "geolocation", "gyroscope", "hid", "idle-detection", "join-ad-interest-group", "keyboard-map", "local-fonts",
    "magnetometer", "microphone", "midi", "otp-credentials", "payment", "picture-in-picture", "run-ad-auction",
    "screen-wake-lock", "serial", "speaker-selection", "storage-access", "sync-xhr", "usb", "web-share",
    "window-management", "xr-spatial-tracking",
)  # fmt: skip
# What pages and the API are asked with. TRACE, which would read a cookie back to anyone who asks, is not among them.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
HEADERS = {
    "Permissions-Policy": ", ".join(f"{ability}=()" for ability in NEVER_USED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    # Django's own middleware says these too, but not of what was answered before it was asked.
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
}


class PrivateResponseMiddleware:
    """Adds the headers that keep pages private, to whatever answers; static files may be cached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not isinstance(response, WhiteNoiseFileResponse):
            response.headers["Cache-Control"] = "private, no-store"
        if _signs_out(request):
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


class KnownMethodsMiddleware:
    """Refuses a method that no page knows, before anything else looks at it; draws the page of a 405."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not request.path.startswith("/api/"):
            return not_allowed(request, response["Allow"])
        return response


def _signs_out(request: HttpRequest) -> bool:
    """Somebody leaves, perhaps a shared computer: nothing stays in its browser for anyone who comes next."""
    page = request.resolver_match
    return request.method == "POST" and page is not None and page.view_name == "account_logout"
