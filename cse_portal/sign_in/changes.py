"""A change of how somebody signs in: on record, told to them, and the end of their other sessions, all at once."""

from typing import Any

from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import generate_recovery_codes
from allauth.mfa.totp.internal.flows import activate_totp
from allauth.socialaccount.models import SocialLogin
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.services import notify
from cse_portal.sign_in import factors, sessions, single_sign_on

TOLD = "The way you sign in was changed. If that was not you, tell your agency's lead at once."


class OnlyFactor(NotAllowedNow):
    """Nobody is left without a second factor."""

    message = "This is your only second factor. Set up another one first, then remove this."


@transaction.atomic
def change_phone(*, phone: str, by: User) -> None:
    """One's own work number, which colleagues on a child's record ring; empty takes it off."""
    User.objects.filter(pk=by.pk).update(phone=phone)
    record(Action.PHONE_CHANGED, by=by, obj=by)


@transaction.atomic
def set_up_app(request: HttpRequest, form: Any) -> Authenticator | None:
    """The app in place of the one before; its first code is used up. Recovery codes, if these are the first."""
    Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).delete()
    app, recovery_codes = activate_totp(request, form)
    factors.consume_code(app, form.cleaned_data["code"])
    factor_added(request, app)
    return recovery_codes


@transaction.atomic
def factor_added(request: HttpRequest, factor: Authenticator) -> None:
    """Setting one up proves it: the code or the touch has just been checked."""
    post_authentication(request, factor, reauthenticated=True)
    _changed(request, Action.FACTOR_ADDED, factor.type)


@transaction.atomic
def remove_factor(request: HttpRequest, factor: Authenticator) -> None:
    """It opens nothing any more. OnlyFactor if no other remains, also where two are removed in the same moment."""
    factors.require_proof(request)
    own = Authenticator.objects.select_for_update().filter(user=factor.user, type__in=factors.FACTORS)
    if not {each.pk for each in own.order_by("pk")} - {factor.pk}:
        raise OnlyFactor
    kind = factor.type
    factor.delete()
    _changed(request, Action.FACTOR_REMOVED, kind)


@transaction.atomic
def new_recovery_codes(request: HttpRequest) -> None:
    """The old ones open nothing any more."""
    generate_recovery_codes(request)
    _changed(request, Action.RECOVERY_CODES_MADE, Authenticator.Type.RECOVERY_CODES)


@transaction.atomic
def connect_account(request: HttpRequest, login: SocialLogin) -> None:
    """A way in more: the agency's own sign-in. Whether it may be was asked before."""
    user: User = request.user  # type: ignore[assignment]
    login.account.user = user
    login.account.save()
    record(Action.ACCOUNT_CONNECTED, by=user, obj=user, detail={"agency": login.account.provider})
    _tell_and_end_others(request)


@transaction.atomic
def disconnect_account(request: HttpRequest) -> None:
    """A way in less; password and second factor remain."""
    factors.require_proof(request)
    user: User = request.user  # type: ignore[assignment]
    single_sign_on.forget(user=user, by=user)
    _tell_and_end_others(request)


def _changed(request: HttpRequest, action: Action, kind: str) -> None:
    user: User = request.user  # type: ignore[assignment]
    record(action, by=user, obj=user, detail={"kind": kind})
    _tell_and_end_others(request)


def _tell_and_end_others(request: HttpRequest) -> None:
    user: User = request.user  # type: ignore[assignment]
    sessions.end_others(request)
    notify(user=user, text=TOLD, url=reverse("sign_in:account"), urgent=True)
