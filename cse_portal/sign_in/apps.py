from django.apps import AppConfig


class SignInConfig(AppConfig):
    """How a person proves who they are: password, second factor, session, and proving it again."""

    name = "cse_portal.sign_in"
    label = "sign_in"
