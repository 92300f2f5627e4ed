from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HealthSherpaConfig(AppConfig):
    name = "integrations.healthsherpa"
    label = "healthsherpa"
    verbose_name = _("HealthSherpa Medicare")
