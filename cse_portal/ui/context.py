"""What every page knows: whose service it is, and who is signed in."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.jobs.selectors import COUNTED_TO, unread_count


def service(request: HttpRequest) -> dict[str, Any]:
    """The board's own words, and lazily the person's agency and unread notifications."""
    user = getattr(request, "user", None)
    return {
        "board_name": settings.BOARD_NAME,
        "board_area": settings.BOARD_AREA,
        "service_name": settings.SERVICE_NAME,
        "mash_phone": settings.MASH_PHONE,
        "demo": settings.DEMO_SIGN_IN,
        "session_seconds": settings.SESSION_IDLE_SECONDS,
        # Each answer's own, on its scripts and in its policy, once a template has asked for it.
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "standing": SimpleLazyObject(lambda: user_context(user) if user else None),
        "unread": SimpleLazyObject(lambda: _unread(user) if user and user.is_authenticated else ""),
    }


def _unread(user: User) -> str:
    number = unread_count(user)
    return f"{COUNTED_TO}+" if number > COUNTED_TO else str(number or "")
