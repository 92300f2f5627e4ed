"""PlanCompare usernames by spreadsheet."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.accounts.resources import AgentCell
from agencyhub.lib.resources import Column, SheetResource
from agencyhub.lib.text import tidy
from integrations.plancompare.models import PlanCompareUser

USER_NAME = "User name"


class PlanCompareUserResource(SheetResource):
    """Who is who in PlanCompare: one row per user, found by the user's name here."""

    required = (USER_NAME,)
    joined = ("user", "servicing_agent")

    user = Column("user__username", USER_NAME, readonly=True)
    username = Column("username", "PlanCompare username")
    servicing_agent = Column("servicing_agent", "Servicing agent", AgentCell())

    class Meta(SheetResource.Meta):
        model = PlanCompareUser
        fields = ("user", "username", "servicing_agent")

    def find(self, row: dict[str, Any]) -> PlanCompareUser | None:
        """The row of the user named in the file; a user without one gets it.

        Raises:
            ValidationError: nobody signs in by this name.
        """
        name = tidy(str(row.get(USER_NAME) or ""))
        rows = self.with_related(PlanCompareUser.objects.all())
        found: PlanCompareUser | None = rows.filter(user__username__iexact=name).first()
        if found is None and not User.objects.filter(username__iexact=name).exists():
            raise ValidationError(
                {"user__username": gettext("Nobody signs in as “%(name)s”.") % {"name": name}}
            )
        return found

    def init_instance(self, row: Any = None) -> PlanCompareUser:
        """Start a row for the user."""
        name = tidy(str(row[USER_NAME]))
        return PlanCompareUser(user=User.objects.get(username__iexact=name))
