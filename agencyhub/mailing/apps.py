from django.apps import AppConfig


class MailingConfig(AppConfig):
    name = "agencyhub.mailing"
    label = "mailing"
    verbose_name = "Email"
