"""Django-allauth's OpenID Connect as agencies' people sign in by it: one account's number, and nothing else of theirs.

Allauth finds out where a provider is, leads there with a state and a challenge (PKCE), and exchanges the code. What a
token proves is ours to say (`tokens.py`), and whose the account is (`accounts.py`): nothing here makes a login of it.
"""

from functools import cached_property
from typing import Any, NoReturn
from urllib.parse import quote_plus, urlsplit

from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse

from cse_portal.settings.identity_providers import IdentityProvider
from cse_portal.sign_in.single_sign_on.refusals import Kind, Refused

PUBLISHED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Exchange(OAuth2Client):
    """Two things that allauth leaves out: an address with a question in it, and a name with a colon in it."""

    consumer_key: str
    consumer_secret: str

    def get_redirect_url(self, authorization_url: str, scope: list[str], extra_params: dict[str, str]) -> str:
        """Where the browser is led."""
        asked = super().get_redirect_url("", scope, extra_params).removeprefix("?")
        return f"{authorization_url}{'&' if '?' in authorization_url else '?'}{asked}"

    def get_access_token(self, code: str, **kwargs: Any) -> dict[str, Any]:
        """What the provider gives for its code; in a header, name and secret are encoded (RFC 6749, 2.3.1)."""
        if self.basic_auth:
            self.consumer_key = quote_plus(self.consumer_key)
            self.consumer_secret = quote_plus(self.consumer_secret)
        answer: dict[str, Any] = super().get_access_token(code, **kwargs)
        return answer


class Adapter(OpenIDConnectOAuth2Adapter):
    """What a provider says of itself, believed if it is still the one of the settings."""

    client_class = Exchange

    @cached_property
    def openid_config(self) -> dict[str, Any]:
        """Refused where it is another one, or people would be sent elsewhere."""
        said: dict[str, Any] = super().openid_config
        provider: IdentityProvider = settings.SINGLE_SIGN_ON[self.provider_id]
        if said.get("issuer") != provider.issuer:
            raise Refused(Kind.ISSUER)
        parts = urlsplit(str(said.get("authorization_endpoint", "")))
        if f"{parts.scheme}://{parts.netloc}" != provider.origin or not all(
            isinstance(said.get(name), str) for name in PUBLISHED
        ):
            raise Refused(Kind.PROVIDER)
        return said

    @property
    def basic_auth(self) -> bool:
        """By a header, unless it takes the form: OpenID Connect Discovery 1.0 (3), where it says nothing."""
        ways = self.openid_config.get("token_endpoint_auth_methods_supported")
        return not isinstance(ways, list) or "client_secret_post" not in ways

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """One address, registered with the provider; never what the request says of itself."""
        path = reverse("sign_in:agency-back", args=[app.provider_id])
        return str(settings.PORTAL_ADDRESS).rstrip("/") + path


class Provider(OpenIDConnectProvider):
    """An agency's, named by the agency's code."""

    oauth2_adapter_class = Adapter

    def sociallogin_from_response(self, request: HttpRequest, response: Any) -> NoReturn:
        """Each of allauth's own ways of signing in leads through here, and ends."""
        raise PermissionDenied
