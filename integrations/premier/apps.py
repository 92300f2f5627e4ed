from django.apps import AppConfig


class PremierConfig(AppConfig):
    name = "integrations.premier"
    label = "premier"
    verbose_name = "Premier Partners"
