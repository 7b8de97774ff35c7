"""Signing in and asking for a new password, in the portal's words."""

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from django.forms import Form


class SignInForm(LoginForm):
    """Email address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_it_our_way(self, "login")
        self.fields["password"].help_text = ""


class NewPasswordForm(ResetPasswordForm):
    """The address a link goes to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_it_our_way(self, "email")


def _say_it_our_way(form: Form, address: str) -> None:
    """A label that stays, and no placeholder that vanishes as soon as one types."""
    form.fields[address].label = "Email address"
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
