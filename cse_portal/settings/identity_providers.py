"""The identity providers of agencies whose people sign in with their work account, as django-allauth takes them.

`SINGLE_SIGN_ON` holds a JSON list, an object for each agency: docs/settings.md says what is in it.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

NEEDED = ("agency", "issuer", "client_id", "client_secret")
LISTS = ("second_factor_amr", "second_factor_acr")


def read(text: str) -> list[dict[str, Any]]:
    """One app for each agency; none where nothing is said."""
    try:
        said = json.loads(text or "[]")
    except ValueError as error:
        raise ImproperlyConfigured("SINGLE_SIGN_ON is not JSON.") from error
    if not isinstance(said, list):
        raise ImproperlyConfigured("SINGLE_SIGN_ON is not a list.")
    apps = [_app(each) for each in said]
    if len({app["provider_id"] for app in apps}) < len(apps):
        raise ImproperlyConfigured("SINGLE_SIGN_ON names an agency twice.")
    return apps


def origins(apps: list[dict[str, Any]]) -> list[str]:
    """Where the providers' pages are: a form that signs in leads there."""
    parts = [urlsplit(app["settings"]["server_url"]) for app in apps]
    return sorted({f"{part.scheme}://{part.netloc}" for part in parts})


def _app(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict) or set(said) - {*NEEDED, *LISTS}:
        raise ImproperlyConfigured(f"SINGLE_SIGN_ON takes {', '.join((*NEEDED, *LISTS))} for each agency.")
    if not all(isinstance(said.get(name), str) and said[name] for name in NEEDED):
        raise ImproperlyConfigured(f"SINGLE_SIGN_ON needs {', '.join(NEEDED)} for each agency.")
    lists = {name: said.get(name, []) for name in LISTS}
    if not all(isinstance(each, list) and all(isinstance(w, str) for w in each) for each in lists.values()):
        raise ImproperlyConfigured(f"SINGLE_SIGN_ON needs lists of words as {' and '.join(LISTS)}.")
    if not said["issuer"].startswith("https://"):
        raise ImproperlyConfigured("SINGLE_SIGN_ON needs an issuer that begins with https://")
    return {
        "provider_id": said["agency"],
        "name": said["agency"],
        "client_id": said["client_id"],
        "secret": said["client_secret"],
        # What is asked is in the token: no question about the person follows it.
        "settings": {"server_url": said["issuer"].rstrip("/"), "fetch_userinfo": False, **lists},
    }
