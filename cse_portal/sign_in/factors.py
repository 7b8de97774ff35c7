"""What a person has proved in this session: a password is one factor, an app's code or a passkey the second.

Django-allauth keeps the record in the session, bound to the person: how, and when.
"""

import hmac
import re
import time
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt, is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from cse_portal.accounts.models import User
from cse_portal.sign_in import factors

# Recovery codes stand in for a factor; alone they are none.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# One button of the demo's sign-in page stands for both factors there; production has neither page nor record.
DEMO = "demo"
# The agency's own sign-in; a second factor only where its token said so.
AGENCY = "agency"
RECENT_SECONDS = 60 * 60

LAST_STEP = "last_step"
# Digits of this alphabet only: elsewhere the same code could be written twice in two ways.
WRITTEN = re.compile(r"[0-9](?:[ -]?[0-9]){5,11}")


def has_second_factor(user: User) -> bool:
    """Whether the person has set up an app or a passkey."""
    return is_mfa_enabled(user, list(FACTORS))


def second_factor_proved(request: HttpRequest) -> bool:
    """Whether the person of this session has shown their second factor in it."""
    return any(_is_second_factor(record) for record in _records(request))


def is_demo_session(request: HttpRequest) -> bool:
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


class ProofNeeded(Exception):
    """The person's last proof is older than an hour; the middleware leads them to give it, and back."""


def require_proof(request: HttpRequest) -> None:
    """Go on if the person proved who they are within the hour. Ask the gate first.

    Before records are copied out, exclusions, disposal, tokens and changes to one's sign-in.
    """
    if not factors.proved_recently(request):
        raise ProofNeeded


def detour(request: HttpRequest, *, back: str = "") -> HttpResponseRedirect:
    """To the page where one proves it. It leads back here, or to the page that has the button."""
    there = back or request.get_full_path()
    return HttpResponseRedirect(f"{reverse('sign_in:prove')}?{urlencode({'next': there})}")


def is_plain_code(code: str) -> bool:
    """Whether it is six to twelve plain digits, with a space or hyphen between them at most."""
    return WRITTEN.fullmatch(code.strip()) is not None


@transaction.atomic
def consume_code(factor: Authenticator, code: str) -> bool:
    """Note that this code of the app has been used; whether it was still to be had.

    The step of time it was for is kept with the factor: allauth's cache forgets a code before it ends where clocks may
    drift. No step counts twice, and none older than one already used (RFC 6238, 5.2).
    """
    locked = Authenticator.objects.select_for_update().get(pk=factor.pk)
    secret, last = decrypt(locked.data["secret"]), locked.data.get(LAST_STEP, 0)
    plain = re.sub(r"[^0-9]", "", code)
    for step in totp.yield_hotp_counters_from_time():
        right = totp.format_hotp_value(totp.hotp_value(secret, step))
        if step > last and hmac.compare_digest(right, plain):
            locked.data[LAST_STEP] = step
            locked.save(update_fields=["data"])
            return True
    return False
