from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "agencyhub.records"
    label = "records"
    verbose_name = _("Options, custom fields and history")

    def ready(self) -> None:
        """Let each app register its kinds of values (``records.kinds``) and its lists."""
        autodiscover_modules("values", "lists")
