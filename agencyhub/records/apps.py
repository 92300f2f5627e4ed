from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "agencyhub.records"
    label = "records"
    verbose_name = "Options, custom fields and history"
