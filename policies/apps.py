from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PoliciesConfig(AppConfig):
    name = "policies"
    label = "policies"
    verbose_name = _("Carriers and policies")

    def ready(self) -> None:
        """Let each app say what policies are worth to it (``policies.stakes``)."""
        autodiscover_modules("stakes")
