"""Signing in, second factors, asking for a new password, and which mails one gets, in the portal's words."""

import json
import re
from contextlib import suppress
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm, ResetPasswordForm
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm as AllauthCodeForm
from allauth.mfa.base.forms import BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthCodeAgainForm
from allauth.mfa.internal.flows.add import validate_can_add_authenticator
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, validate_totp_code
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal.auth import (
    WebAuthn,
    complete_authentication,
    parse_authentication_response,
)
from django.core.exceptions import ValidationError
from django.forms import Form, HiddenInput, JSONField
from django.forms.fields import InvalidJSONInput

from cse_portal.access import refusals
from cse_portal.accounts.models import User
from cse_portal.encryption import Unreadable, decrypt, encrypt
from cse_portal.jobs.choices import NoticeKind, NoticeWay, ways_of
from cse_portal.sign_in import factors
from cse_portal.ui.forms import PortalForm, SelectField, TextField

UNREADABLE = "unreadable"
SET_UP = "cse-portal app being set up"


class WorkPhoneForm(PortalForm):
    """One's own work number."""

    phone = TextField(
        label="Work phone number", max_length=30, width=20, required=False, input_type="tel",
        help_text="Colleagues who work with the same child can ring you on it.",
    )  # fmt: skip

    def clean_phone(self) -> str:
        """Digits, spaces, brackets and a plus; an extension after x or ext."""
        typed = str(self.cleaned_data["phone"] or "").strip()
        if typed and not re.fullmatch(r"\+?[\d ()-]{6,20}(\s*(x|ext\.?)\s*\d{1,6})?", typed):
            self.add_error("phone", "Work phone number: enter a number like 07700 900123")
        return typed


class SignInForm(LoginForm):
    """Email address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_label(self, login="Email address")
        self.fields["password"].help_text = ""


class NewPasswordForm(ResetPasswordForm):
    """The address a link goes to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_label(self, email="Email address")

    def clean_email(self) -> str:
        """Anyone who signs in without a password gets none by mail: that would be a way in with nothing beside it."""
        address = str(super().clean_email())
        self.users: list[User] = [user for user in self.users if user.has_usable_password()]
        return address


class OncePerCode(BaseAuthenticateForm):
    """Takes each code of an app once, written in plain digits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_label(self, code="Code")
        _ask_for_digits(self, "Six digits from your app, or one of your recovery codes.", "Enter the code")

    def clean_code(self) -> str:
        """A right code that nobody has used before. Whatever is none is on record and counts among the tries."""
        code, this_try = str(self.cleaned_data["code"]), _count_a_try(self.user)
        factor = self.factor_of(code) if factors.is_plain_code(code) else None
        if factor is None:
            _failed(self)
            raise get_adapter().validation_error("incorrect_code")
        self.authenticator = factor
        this_try.rollback()
        return code

    def factor_of(self, code: str) -> Authenticator | None:
        """Whose code it is, of this person's app and recovery codes; from now on it is a used one."""
        own = Authenticator.objects.filter(user=self.user).exclude(type=Authenticator.Type.WEBAUTHN)
        found = next((each for each in own if each.wrap().validate_code(code)), None)
        if found and found.type == Authenticator.Type.TOTP and not factors.consume_code(found, code):
            return None
        return found


class CodeForm(OncePerCode, AllauthCodeForm):
    """The code asked for after the password."""


class CodeAgainForm(OncePerCode, AllauthCodeAgainForm):
    """The code asked for before something that matters."""


class PasswordAgainForm(ReauthenticateForm):
    """The password asked for before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_label(self)
        self.fields["password"].help_text = ""


class OtherPasswordForm(ChangePasswordForm):
    """Another password, by anyone who knows the one there is."""

    def clean_oldpassword(self) -> str:
        """Asked as at sign-in, where a wrong one counts and is on record: allauth's own look does neither."""
        password = str(self.cleaned_data["oldpassword"])
        if not get_account_adapter().reauthenticate(self.user, password):
            raise get_account_adapter().validation_error("incorrect_password")
        return password


class CredentialField(JSONField):
    """What a browser says of a passkey. What cannot be read is no passkey, and none of it is drawn again."""

    def to_python(self, value: Any) -> Any:
        """Something to look at wherever something was sent, so that what is wrong with it is said in one place."""
        if value in self.empty_values:
            return None
        try:
            return super().to_python(value) or UNREADABLE
        except (
            ValidationError,
            ValueError,
            RecursionError,
        ):  # endless nesting, a number of many thousand digits
            return UNREADABLE

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Nothing: the page asks for another, and half a character would break it."""
        return InvalidJSONInput("")


class NotedPasskey(AuthenticateWebAuthnForm):
    """Says when a passkey is not right, as allauth says it of a code alone."""

    credential = CredentialField(widget=HiddenInput)

    def clean_credential(self) -> Authenticator:
        """The passkey that answered. What is no answer of any counts among the tries, and is on record, as well."""
        this_try = _count_a_try(self.user)
        try:
            parse_authentication_response(self.cleaned_data["credential"])
            found: Authenticator = complete_authentication(self.user, self.cleaned_data["credential"])
        # What is sent is anybody's, and the libraries that read it stumble over it in their own ways: a missing part, a
        # number where a text belongs, bytes that end too soon, a curve nobody knows. Each of them is a wrong answer.
        except Exception:
            _failed(self)
            raise get_adapter().validation_error("incorrect_code") from None
        this_try.rollback()
        return found


class PasskeyAfterPasswordForm(NotedPasskey):
    """The passkey asked for after the password."""


class PasskeyAgainForm(NotedPasskey, ReauthenticateWebAuthnForm):
    """The passkey, when its owner is signed in."""


class AppForm(ActivateTOTPForm):
    """The first code of a new app: proof that it has the secret, which waits for it in the session, encrypted."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        session = context.request.session
        sealed = session.pop(SECRET_SESSION_KEY, "")
        super().__init__(*args, **kwargs)  # which draws a new secret, and leaves it in the session in clear
        if self.is_bound and sealed:
            with suppress(Unreadable):
                self.secret = decrypt(sealed, SET_UP)
        session[SECRET_SESSION_KEY] = encrypt(self.secret, SET_UP)
        _set_label(self, code="The code your app shows now")
        _ask_for_digits(self, "Six digits. They change every half minute.", "Enter the code your app shows")

    def clean_code(self) -> str:
        """The app's code, in plain digits."""
        validate_can_add_authenticator(self.user)
        code, this_try = str(self.cleaned_data["code"]), _count_a_try(self.user)
        if not factors.is_plain_code(code) or not validate_totp_code(self.secret, code):
            raise get_adapter().validation_error("incorrect_code")
        this_try.rollback()
        return code


class PasskeyForm(AddWebAuthnForm):
    """A new passkey, and what its owner calls it."""

    credential = CredentialField(widget=HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _set_label(self, name="What do you call it?")
        self.fields["name"].max_length = 60
        self.fields["name"].help_text = "For example, work laptop"

    def clean(self) -> dict[str, Any]:
        """A passkey that the portal can keep and read again; whatever else was sent is none."""
        try:
            cleaned: dict[str, Any] = super().clean()
            if credential := cleaned.get("credential"):
                _read_again(credential)
        except ValidationError:
            raise
        except Exception:  # as above: the libraries stumble over it in their own ways
            raise get_adapter().validation_error("incorrect_code") from None
        return cleaned


class NoticesForm(PortalForm):
    """How one is told of each kind of thing: no mail at all only where no clock runs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in NoticeKind:
            ways = [(way.value, way.label) for way in ways_of(kind)]
            self.fields[kind.value] = SelectField(
                label=kind.label, choices=ways, blank="", required_error="Choose how you are told of this"
            )

    @property
    def ways(self) -> dict[NoticeKind, NoticeWay]:
        """What was chosen, as the service takes it."""
        return {kind: NoticeWay(self.cleaned_data[kind.value]) for kind in NoticeKind}


def _read_again(credential: dict[str, Any]) -> None:
    """What the page of one's passkeys asks of it. Raises whatever it raises where one cannot be kept or read."""
    kept = json.dumps(credential, ensure_ascii=False).encode()  # PostgreSQL keeps no half character
    if b"\\u0000" in kept:
        raise ValueError(kept)
    _ = WebAuthn(Authenticator(data={"name": "", "credential": credential})).is_passwordless


def _count_a_try(user: User) -> ratelimit.RateLimitUsage:
    """One more of this person and of their network. Who is right takes it back, and no other's: allauth's own forms
    of a factor forget all that was tried in the network as soon as anybody there is right."""
    key, limit = f"mfa-auth-user-{user.pk}", {"app": "allauth.account", "action": "login_failed"}
    this_try: ratelimit.RateLimitUsage | None = ratelimit.consume(context.request, key=key, **limit)
    if this_try is None:
        refusals.stopped_at(context.request, refusals.Limit.TRIES)
        raise get_account_adapter().validation_error("too_many_login_attempts")
    return this_try


def _failed(form: Any) -> None:
    """On record like any wrong code: sign_in_events.py hears it."""
    authentication_failed.send(sender=Authenticator, request=context.request, user=form.user)


def _set_label(form: Form, **labels: str) -> None:
    """A label that stays, and no placeholder that vanishes as soon as one types."""
    for name, label in labels.items():
        form.fields[name].label = label
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


def _ask_for_digits(form: Form, hint: str, missing: str) -> None:
    code = form.fields["code"]
    code.help_text = hint
    code.error_messages["required"] = missing
    code.widget.attrs |= {"inputmode": "numeric", "class": "govuk-input--width-10"}
