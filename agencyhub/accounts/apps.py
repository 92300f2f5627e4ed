from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "agencyhub.accounts"
    label = "accounts"
    verbose_name = "People and rights"
