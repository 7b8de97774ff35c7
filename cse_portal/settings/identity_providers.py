"""The identity providers of agencies whose people sign in with their work account, as the settings name them.

`SINGLE_SIGN_ON` holds a JSON list, an object for each agency: docs/operator.md says what is in it. It holds the
client's secret, so it may come from a file like every other secret.
"""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

NEEDED = ("agency", "issuer", "client_id", "client_secret", "tenant_claim", "tenant")
LISTS = ("second_factor_amr", "second_factor_acr")


@dataclass(frozen=True)
class IdentityProvider:
    """Who vouches for the people of one agency, and what of theirs is believed.

    Its own second factor is believed only where a token names one of these methods (`amr`) or classes (`acr`).
    """

    agency: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    tenant_claim: str
    tenant: str
    second_factor_amr: tuple[str, ...] = ()
    second_factor_acr: tuple[str, ...] = ()

    @property
    def takes_second_factor(self) -> bool:
        """Whether a second factor shown to the agency may stand for one shown to the portal."""
        return bool(self.second_factor_amr or self.second_factor_acr)

    @property
    def origin(self) -> str:
        """Where its pages are: scheme and host of the issuer."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def configuration(self) -> str:
        """Where it says how it is asked."""
        return f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"


def read(text: str) -> dict[str, IdentityProvider]:
    """The providers by the code of their agency; none where nothing is said."""
    if not text.strip():
        return {}
    try:
        said = json.loads(text)
    except ValueError as error:
        raise _unusable("is not JSON") from error
    if not isinstance(said, list):
        raise _unusable("is not a list")
    providers = [_provider(each) for each in said]
    if len({each.agency for each in providers}) < len(providers):
        raise _unusable("names an agency twice")
    return {each.agency: each for each in providers}


def _provider(said: Any) -> IdentityProvider:
    if not isinstance(said, dict) or set(said) - {*NEEDED, *LISTS}:
        raise _unusable(f"takes {', '.join((*NEEDED, *LISTS))} for each agency and nothing else")
    words = {name: said.get(name) for name in NEEDED}
    if not all(isinstance(word, str) and word for word in words.values()):
        raise _unusable(f"needs {', '.join(NEEDED)} for each agency")
    lists = {name: said.get(name, []) for name in LISTS}
    if not all(isinstance(each, list) and all(isinstance(w, str) for w in each) for each in lists.values()):
        raise _unusable(f"needs lists of words as {' and '.join(LISTS)}")
    parts = urlsplit(str(words["issuer"]))
    if parts.scheme != "https" or not parts.netloc or parts.query or parts.fragment:
        raise _unusable("needs an issuer that begins with https://")
    return IdentityProvider(**words, **{name: tuple(each) for name, each in lists.items()})  # type: ignore[arg-type]


def _unusable(why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"SINGLE_SIGN_ON {why}.")
