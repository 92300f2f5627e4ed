from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "agencyhub.imports"
    verbose_name = "Imports"
