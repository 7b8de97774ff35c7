"""Each test of signing in begins, and leaves the next, with nobody's tries spent; some have a passkey."""

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator

from cse_portal.accounts.models import User
from tests.cast import Cast
from tests.signing_in import forget_tries, with_app


@pytest.fixture(autouse=True)
def no_limits_left_over() -> Iterator[None]:
    """Before and after."""
    forget_tries()
    yield
    forget_tries()


@pytest.fixture
def with_passkey(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> User:
    """The practitioner has an app and a passkey; what the page asks of a real one is left out."""
    Authenticator.objects.create(
        user=with_app(cast.practitioner), type=Authenticator.Type.WEBAUTHN, data={"name": "laptop"}
    )
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda user: [])
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.begin_authentication", lambda user: {})
    monkeypatch.setattr("cse_portal.sign_in.views.proving.begin_authentication", lambda user: {})
    return cast.practitioner
