from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from agencyhub.lib import model_words


class LibConfig(AppConfig):
    name = "agencyhub.lib"
    label = "lib"
    verbose_name = _("Shared library")

    def ready(self) -> None:
        """Mark the words of every model for translation."""
        model_words.translate()
