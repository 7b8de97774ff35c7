"""Signing in and out, and failing to, as audit events. Django announces them by signal; nothing of ours does."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from cse_portal.access import request_origin
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import blinded, record


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
