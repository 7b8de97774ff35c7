"""Work accounts: django-allauth's OpenID Connect, one provider an agency, bound by issuer and subject.

Nobody signs up by a work account, and none is found by an address. Its owner connects it, signed in, after proof.
"""

import time
from enum import StrEnum
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render

from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import membership_of, record
from cse_portal.sign_in import factors

CONNECT, SIGN_IN = "connect", "login"  # allauth's words


class Refusal(StrEnum):
    """Why a work account did not open anything: for the audit alone."""

    PROVIDER = "provider"  # it said no, cannot be reached, or answered something that was not asked
    PROOF = "proof"  # connecting without both factors, or without recent proof
    UNKNOWN = "unknown"  # connected to nobody
    TAKEN = "taken"  # connected to somebody else, or the person has another one
    INACTIVE = "inactive"
    NOT_A_MEMBER = "not_a_member"  # of this agency, today


class WorkAccountProvider(OpenIDConnectProvider):
    """An agency's provider, named by the agency's code. Names and addresses in its tokens are not read."""

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Issuer and subject. The issuer is the one of the settings, whatever the provider says of itself."""
        claims = data["id_token"]
        if claims["iss"].rstrip("/") != self.app.settings["server_url"]:
            raise ValueError("Another issuer.")
        return f"{claims['iss']} {claims['sub']}"

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """How the person signed in there."""
        return {name: data["id_token"].get(name) for name in ("amr", "acr", "auth_time")}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing about the person."""
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        """No address: an account is never found by one."""
        return []


def providers() -> dict[str, dict[str, Any]]:
    """What the settings say of each agency's provider, by the agency's code."""
    apps: list[dict[str, Any]] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return {app["provider_id"]: app for app in apps}


def check(request: HttpRequest, login: SocialLogin) -> None:
    """Whether this account may sign in, or be connected, today; asked before allauth does either."""
    agency, is_new = login.account.provider, login.account.pk is None
    connects = login.state.get("process") == CONNECT
    if connects and not (factors.second_factor_proved(request) and factors.proved_recently(request)):
        raise refused(request, agency, Refusal.PROOF)
    if is_new and not connects:
        raise refused(request, agency, Refusal.UNKNOWN)
    user: User = request.user if connects else login.user  # type: ignore[assignment]
    if connects and (not is_new or SocialAccount.objects.filter(user=user).exists()):
        raise refused(request, agency, Refusal.TAKEN)
    if not user.is_active or user.is_system:
        raise refused(request, agency, Refusal.INACTIVE)
    membership = membership_of(user)
    if membership is None or membership.agency.code != agency:
        raise refused(request, agency, Refusal.NOT_A_MEMBER)


@transaction.atomic
def note(request: HttpRequest, user: User, login: SocialLogin) -> None:
    """What the person showed to their agency counts in this session, from when they showed it."""
    claims, wanted = login.account.extra_data, providers()[login.account.provider]["settings"]
    shown = claims["amr"] if isinstance(claims["amr"], list) else []
    has_second = bool({*wanted["second_factor_amr"]}.intersection(map(str, shown))) or (
        claims["acr"] in wanted["second_factor_acr"]
    )
    said = claims["auth_time"]
    at = min(said, time.time()) if isinstance(said, int) else 0
    record_authentication(request, user, factors.AGENCY, at=at, second_factor=has_second)
    if has_second:
        record(Action.FACTOR_PROVED, by=user, obj=user, detail={"kind": factors.AGENCY})


@transaction.atomic
def forget(*, user: User, by: User | None) -> None:
    """The person's work account opens nothing here any more."""
    if SocialAccount.objects.filter(user=user).delete()[0]:
        record(Action.ACCOUNT_DISCONNECTED, by=by, obj=user)


@transaction.atomic
def refused(request: HttpRequest, agency: str, why: Refusal) -> ImmediateHttpResponse:
    """The same page whatever was wrong. The audit keeps which it was, and not whose account."""
    user = request.user if isinstance(request.user, User) else None
    record(Action.WORK_ACCOUNT_REFUSED, by=user, detail={"kind": why.value, "agency": agency})
    return ImmediateHttpResponse(render(request, "sign_in/not_signed_in.html", status=403))
