"""What an identity provider says about who signed in, believed only as far as it is proved."""

import hmac
import time
from dataclasses import dataclass
from typing import Any

from cse_portal.settings.identity_providers import IdentityProvider
from cse_portal.sign_in.single_sign_on import signatures
from cse_portal.sign_in.single_sign_on.refusals import Kind, Refused

CLOCKS_DIFFER_BY = 30
OLDEST = 10 * 60
LONGEST_SUBJECT = 255


@dataclass(frozen=True)
class Proved:
    """An account with a provider, shown just now; when its owner last proved themselves there, and with what."""

    provider: IdentityProvider
    subject: str
    authenticated_at: float
    second_factor: bool


def read(token: str, *, provider: IdentityProvider, keys: Any, nonce: str) -> Proved:
    """The account this token proves, as the answer to the one question that had this nonce."""
    try:
        claims = signatures.claims_of(token, keys)
    except signatures.Unsigned as error:
        raise Refused(Kind.TOKEN) from error
    if claims.get("iss") != provider.issuer:
        raise Refused(Kind.ISSUER)
    if not _is_for(provider.client_id, claims):
        raise Refused(Kind.AUDIENCE)
    _refuse_by_the_clock(claims)
    if not hmac.compare_digest(_text(claims, "nonce").encode(), nonce.encode()):
        raise Refused(Kind.NONCE)
    if _text(claims, provider.tenant_claim) != provider.tenant:
        raise Refused(Kind.TENANT)
    subject = _text(claims, "sub")
    if not 0 < len(subject) <= LONGEST_SUBJECT:
        raise Refused(Kind.TOKEN)
    return Proved(provider, subject, _authenticated_at(claims), _shows_second_factor(claims, provider))


def _is_for(client: str, claims: dict[str, Any]) -> bool:
    """Made for us; where it was made for others too, or names who asked, that was us."""
    said = claims.get("aud")
    audience = said if isinstance(said, list) else [said]
    asked_by = claims.get("azp", client if len(audience) == 1 else None)
    return client in audience and asked_by == client


def _refuse_by_the_clock(claims: dict[str, Any]) -> None:
    now, until, made = time.time(), _moment(claims, "exp"), _moment(claims, "iat")
    if until is None or made is None:
        raise Refused(Kind.TOKEN)
    if now >= until + CLOCKS_DIFFER_BY or now - made > OLDEST:
        raise Refused(Kind.EXPIRED)
    begins = _moment(claims, "nbf") or made
    if max(made, begins) > now + CLOCKS_DIFFER_BY:
        raise Refused(Kind.TOKEN)


def _authenticated_at(claims: dict[str, Any]) -> float:
    """When the person last proved themselves to the provider: long ago where it does not say, and never in future."""
    return min(_moment(claims, "auth_time") or 0.0, time.time())


def _shows_second_factor(claims: dict[str, Any], provider: IdentityProvider) -> bool:
    methods = claims.get("amr")
    named = methods if isinstance(methods, list) else []
    by_method = any(each in provider.second_factor_amr for each in named)
    return by_method or claims.get("acr") in provider.second_factor_acr


def _moment(claims: dict[str, Any], name: str) -> float | None:
    said = claims.get(name)
    return float(said) if isinstance(said, int | float) and not isinstance(said, bool) else None


def _text(claims: dict[str, Any], name: str) -> str:
    said = claims.get(name)
    return said if isinstance(said, str) else ""
