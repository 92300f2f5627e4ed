from django.apps import AppConfig


class ComtrackConfig(AppConfig):
    name = "integrations.comtrack"
    label = "comtrack"
    verbose_name = "ComTrack"
