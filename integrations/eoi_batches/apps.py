from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EoiBatchesConfig(AppConfig):
    name = "integrations.eoi_batches"
    label = "eoi_batches"
    verbose_name = _("EOI batch files")
