from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EoiConfig(AppConfig):
    name = "eoi"
    label = "eoi"
    verbose_name = _("Evidence of insurability")
