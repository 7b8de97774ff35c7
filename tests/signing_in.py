"""How tests sign people in: `client.force_login` stands for a password and a second factor.

Anyone who tests signing in itself goes through the pages instead (tests/integration/sign_in), or takes proof away again
with `without_second_factor` and `proved_long_ago`.
"""

import time
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache
from django.http import HttpRequest
from django.test import Client

from cse_portal.accounts.models import User

PASSWORD = "a long sentence of words"


def let_force_login_prove_both_factors() -> None:
    """Once for a test process. Real sign-in pages have an address; the request that force_login makes up has none."""
    user_logged_in.connect(_prove_both, weak=False)


def _prove_both(request: HttpRequest, user: User, **kwargs: Any) -> None:
    if request.path == "":
        record_authentication(request, user, "password")
        record_authentication(request, user, "mfa", type="force_login")


def without_second_factor(client: Client) -> None:
    """The session as a password alone would have made it."""
    _change_records(client, lambda records: [each for each in records if each["method"] != "mfa"])


def proved_long_ago(client: Client, seconds: int = 3601) -> None:
    """The session's proofs, made older."""
    _change_records(client, lambda records: [{**each, "at": time.time() - seconds} for each in records])


def _change_records(client: Client, change: Any) -> None:
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = change(session[AUTHENTICATION_METHODS_SESSION_KEY])
    session.save()


def with_password(person: User) -> User:
    """Somebody who can sign in with the tests' password."""
    person.set_password(PASSWORD)
    person.save()
    return person


def with_app(person: User) -> User:
    """Somebody who has a password and an authenticator app."""
    totp.TOTP.activate(with_password(person), totp.generate_totp_secret())
    return person


def code_of(person: User, *, steps: int = 0) -> str:
    """What their app shows now, or so many half minutes later."""
    row = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
    return code_for(decrypt(row.data["secret"]), steps=steps)


def code_for(secret: str, *, steps: int = 0) -> str:
    """What an app with this key shows now, or so many half minutes later."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))


def forget_tries() -> None:
    """Nobody has tried anything yet: this process's own part of the cache is emptied, and no other's."""
    store = cache._cache.get_client(write=True)  # type: ignore[attr-defined]
    for key in list(store.scan_iter(match=cache.make_key("*"), count=1000)):
        store.delete(key)


def give_password(client: Client, person: User, password: str = PASSWORD) -> Any:
    """Type address and password into the sign-in page."""
    return client.post("/accounts/login/", {"login": person.email, "password": password})


def give_code(client: Client, code: str) -> Any:
    """Type a code into the page after it."""
    return client.post("/accounts/login/factor/", {"code": code})
