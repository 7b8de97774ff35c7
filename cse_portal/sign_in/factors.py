"""What a person has proved in this session: a password is one factor, an app's code or a passkey the second.

Django-allauth keeps the record in the session, bound to the person: how, and when.
"""

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from cse_portal.accounts.models import User

# Recovery codes stand in for a factor; alone they are none.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# One button of the demo's sign-in page stands for both factors there; production has neither page nor record.
DEMO = "demo"
# The agency's own sign-in; a second factor only where its token said so.
AGENCY = "agency"
RECENT_SECONDS = 60 * 60


def has_second_factor(user: User) -> bool:
    """Whether the person has set up an app or a passkey."""
    return is_mfa_enabled(user, list(FACTORS))


def second_factor_proved(request: HttpRequest) -> bool:
    """Whether the person of this session has shown their second factor in it."""
    return any(_is_second_factor(record) for record in _records(request))


def came_by_the_demo(request: HttpRequest) -> bool:
    """Whether this session began with the demo's button."""
    return settings.DEMO_SIGN_IN and any(record.get("method") == DEMO for record in _records(request))


def proved_recently(request: HttpRequest) -> bool:
    """Whether the last proof of any kind in this session is younger than an hour."""
    last = max((float(record.get("at", 0)) for record in _records(request)), default=0.0)
    return 0 <= time.time() - last < RECENT_SECONDS


def shown_to_agency(request: HttpRequest) -> bool:
    """Whether the person who is signing in just now showed a second factor to their agency."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    return any(each.get("method") == AGENCY and each.get("second_factor") is True for each in records)


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    user: User | AnonymousUser = request.user
    if not user.is_authenticated:
        return []
    # Allauth's own note of a work account says when the browser came back, not when its person was asked.
    return [each for each in get_authentication_records(request, user) if each["method"] != "socialaccount"]


def _is_second_factor(record: dict[str, Any]) -> bool:
    method = record.get("method")
    by_agency = method == AGENCY and record.get("second_factor") is True
    return method == "mfa" or by_agency or (method == DEMO and settings.DEMO_SIGN_IN)
