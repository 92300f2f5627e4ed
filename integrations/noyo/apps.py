from django.apps import AppConfig


class NoyoConfig(AppConfig):
    name = "integrations.noyo"
    label = "noyo"
    verbose_name = "Noyo"
