from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, agencies and who works where, since when."""

    name = "cse_portal.accounts"
    label = "accounts"
