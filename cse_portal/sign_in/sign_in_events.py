"""Signing in and out, and failing to, as audit events; a session's clocks start as somebody is in.

Django and allauth announce these by signal; nothing of ours does.
"""

from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from cse_portal.access import request_origin
from cse_portal.accounts import services
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import blinded, record
from cse_portal.sign_in import changes, sessions


@receiver(user_logged_in)
@transaction.atomic
def signed_in(user: User, request: HttpRequest | None, **kwargs: Any) -> None:
    """Someone is in; the audit knows their session by a name from here on."""
    if request is not None:
        request_origin.begin_session(request)
    record(Action.SIGNED_IN, by=user, obj=user)


@receiver(user_logged_out)
@transaction.atomic
def signed_out(user: User | None, **kwargs: Any) -> None:
    """Someone left."""
    if user is not None:
        record(Action.SIGNED_OUT, by=user, obj=user)


@receiver(user_login_failed)
@transaction.atomic
def failed(credentials: dict[str, Any], **kwargs: Any) -> None:
    """Someone was not let in. The address typed is a personal value: blinded, it still tells one from another."""
    address = str(credentials.get("email") or credentials.get("username") or "")
    record(Action.SIGN_IN_FAILED, by=None, detail={"address": blinded(address)} if address else {})


@receiver(user_logged_in)
def session_begins(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Signed in: from now on it counts."""
    sessions.begin(request, user)


@receiver(authentication_failed)
@transaction.atomic
def factor_failed(user: User, **kwargs: Any) -> None:
    """A code or passkey that was not right, a code that was used before, or what is not written as a code."""
    record(Action.FACTOR_FAILED, by=None, obj=user)


@receiver(password_changed)
@transaction.atomic
def changed(user: User, request: HttpRequest, **kwargs: Any) -> None:
    """The person chose another password; wherever else they are signed in, they no longer are."""
    record(Action.PASSWORD_CHANGED, by=user, obj=user)
    sessions.end_others(request)
    sessions.tell_owner(user, changes.TOLD)


@receiver(password_reset)
@transaction.atomic
def reset(user: User, **kwargs: Any) -> None:
    """Somebody with access to the person's mail chose a new password: nobody stays signed in on the old one."""
    record(Action.PASSWORD_RESET, by=None, obj=user)
    services.end_sessions(user=user)
    sessions.tell_owner(user, changes.TOLD)
