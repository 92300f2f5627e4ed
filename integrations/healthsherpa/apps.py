from django.apps import AppConfig


class HealthSherpaConfig(AppConfig):
    name = "integrations.healthsherpa"
    label = "healthsherpa"
    verbose_name = "HealthSherpa Medicare"
