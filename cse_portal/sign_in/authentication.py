"""What the API knows of a caller who sent a token: the middleware has read it, before anybody acted."""

from typing import Any

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle

from cse_portal.access import refusals
from cse_portal.accounts.models import User
from cse_portal.sign_in import factors
from cse_portal.sign_in.models import ApiToken


class TokenAuthentication(BaseAuthentication):
    """The account of the token that `TokenMiddleware` has taken. No header is read here, so there is one door."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The system and its token; nothing for a caller with a session or none."""
        token = getattr(request._request, "api_token", None)
        return (token.user, token) if isinstance(token, ApiToken) else None


class BrowserSession(SessionAuthentication):
    """Somebody who signed in with a browser; a call that another site made in it is refused, and on record."""

    def enforce_csrf(self, request: Request) -> None:
        """DRF's own check."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied:
            refusals.forged(request._request)
            raise


class BrowserSessionScheme(SessionScheme):
    """As the API's description says it."""

    target_class = "cse_portal.sign_in.authentication.BrowserSession"
    priority = 0


class TokenScheme(OpenApiAuthenticationExtension):
    """As the API's description says it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """RFC 6750."""
        words = "A token of an agency's own system, issued by the agency's lead. It ends within 90 days."
        return {"type": "http", "scheme": "bearer", "description": words}


class PerTokenOrPerson(UserRateThrottle):
    """So many requests an hour: each token's own, or each person's."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """And where it is one too many, that is on record."""
        allowed: bool = super().allow_request(request, view)
        if not allowed:
            refusals.stopped_at(request._request, refusals.Limit.CALLS)
        return allowed

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """By the token where there is one."""
        if isinstance(request.auth, ApiToken):
            return self.cache_format % {"scope": self.scope, "ident": f"token-{request.auth.pk}"}
        key: str | None = super().get_cache_key(request, view)
        return key


class SecondFactorProved(BasePermission):
    """Allows anyone who has proved their second factor in this session, and a system by its token; nobody else."""

    message = "Show your second factor on the portal's own pages first."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Fails closed where there is no session to say so."""
        if isinstance(request.auth, ApiToken):
            return True
        return hasattr(request._request, "session") and factors.second_factor_proved(request._request)
