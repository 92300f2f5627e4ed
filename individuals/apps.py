from django.apps import AppConfig


class IndividualsConfig(AppConfig):
    name = "individuals"
    label = "individuals"
    verbose_name = "Individuals and sales records"
