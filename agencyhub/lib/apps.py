from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "agencyhub.lib"
    label = "lib"
    verbose_name = "Shared library"
