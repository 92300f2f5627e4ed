from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from agencyhub.lib import scanning


class AccountsConfig(AppConfig):
    name = "agencyhub.accounts"
    label = "accounts"
    verbose_name = _("People and rights")

    def ready(self) -> None:
        """Listen to Django's own signals and to the scanner, now that models can be imported."""
        import_module("agencyhub.accounts.signals")
        scanning.tell(import_module("agencyhub.accounts.services.access").note_infected)
