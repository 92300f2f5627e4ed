from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "agencyhub.home"
    label = "home"
    verbose_name = "Home"
