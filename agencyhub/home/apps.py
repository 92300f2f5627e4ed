from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from agencyhub.home.server_log import check_server_log


class HomeConfig(AppConfig):
    name = "agencyhub.home"
    label = "home"
    verbose_name = _("Home")

    def ready(self) -> None:
        """Let ``check --deploy`` look at the database server's log."""
        checks.register(check_server_log, deploy=True)
