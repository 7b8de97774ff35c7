"""When somebody signs in, their session's clocks start; a wrong code is on record like a wrong password.

Django and allauth announce these by signal; nothing of ours does.
"""

from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from cse_portal.accounts import services
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.sign_in import changes, sessions


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
