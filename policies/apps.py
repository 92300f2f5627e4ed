from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PoliciesConfig(AppConfig):
    name = "policies"
    label = "policies"
    verbose_name = "Carriers and policies"

    def ready(self) -> None:
        """Let each app say what policies are worth to it (``policies.stakes``)."""
        autodiscover_modules("stakes")
