from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "agencyhub.accounts"
    label = "accounts"
    verbose_name = "People and rights"

    def ready(self) -> None:
        """Listen to Django's own signals, now that models can be imported."""
        import_module("agencyhub.accounts.signals")
