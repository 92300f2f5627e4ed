"""The admin of users, roles, agents and API keys.

Rights are given under Settings, where nobody can hand out more than they have; here they are read.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import Agent, ApiKey, Role, User
from agencyhub.accounts.resources import AgentResource
from agencyhub.accounts.services import agents, users
from agencyhub.lib.admin import QuietAdmin, ReadOnlyMixin
from agencyhub.lib.errors import DomainError
from agencyhub.lib.phones import format_phone
from agencyhub.lib.sheet_admin import SheetAdminMixin

admin.site.unregister(Group)


class AgentFilter(admin.RelatedFieldListFilter):
    """Filters by an agent, by name."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[Any, Any]]:
        """Offer the active agents."""
        agents = Agent.objects.filter(is_active=True).order_by("last_name", "first_name", "pk")
        return [(agent.pk, agent.full_name) for agent in agents]


class AgentAdminForm(forms.ModelForm):
    """Links a book to a user within the rights of ``actor`` only."""

    actor: ClassVar[User]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "user" in cleaned:
            try:
                agents.ensure_may_link(actor=self.actor, agent=self.instance, user=cleaned["user"])
            except DomainError as refusal:
                self.add_error("user", refusal.message)
        return cleaned


@admin.register(Agent)
class AgentAdmin(SheetAdminMixin, QuietAdmin):
    """Who sells and looks after policies."""

    resource_classes = [AgentResource]
    form = AgentAdminForm
    list_display = ("name", "npn", "phone_number", "email", "user_name", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("user",)
    search_fields = ("first_name", "last_name", "=npn", "email")
    ordering = ("last_name", "first_name", "pk")
    autocomplete_fields = ("user",)
    fieldsets = (
        (None, {"fields": (("first_name", "last_name"), "npn", "is_active")}),
        (_("Contact"), {"fields": (("email", "phone"),)}),
        (_("Sign-in"), {"fields": ("user",)}),
    )

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Tell the form who asks; it is a class of this request's own."""
        form: Any = super().get_form(request, *args, **kwargs)
        form.actor = request.user
        return form

    def option_text(self, record: Any) -> str:
        """Name and NPN."""
        return " · ".join(filter(None, (record.full_name, record.npn)))

    @admin.display(ordering="last_name")
    def name(self, agent: Agent) -> str:
        """First and last name."""
        return agent.full_name

    @admin.display(description=_("phone"))
    def phone_number(self, agent: Agent) -> str:
        """The US way."""
        return format_phone(agent.phone)

    @admin.display(description=_("linked user"))
    def user_name(self, agent: Agent) -> str:
        """Who signs in as this agent."""
        return agent.user.username if agent.user else "—"


@admin.register(User)
class UserAdmin(QuietAdmin):
    """Who logs in; names and addresses are edited here, rights under Settings."""

    list_display = ("username", "display_name", "email", "role_names", "is_active", "last_login")
    list_filter = ("is_active", "is_staff", "groups")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    fieldsets = (
        (None, {"fields": ("username", ("first_name", "last_name"), "email")}),
        (_("Preferences"), {"fields": (("time_zone", "theme"),)}),
        (
            _("Rights"),
            {
                "fields": ("role_names", "is_active", "is_staff", "is_superuser"),
                "description": _("Rights and passwords are given under Settings › Users."),
            },
        ),
        (_("Dates"), {"fields": (("last_login", "date_joined"),)}),
    )
    readonly_fields = (
        *("role_names", "is_active", "is_staff", "is_superuser", "last_login", "date_joined"),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Fetch the roles with the users."""
        return super().get_queryset(request).prefetch_related("groups")

    def option_text(self, record: Any) -> str:
        """Name and user name."""
        return f"{record.display_name} · {record.username}"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Note a new address: links to a new password go there."""
        former = users.user_email_of(obj)
        actor: Any = request.user
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            users.note_new_email(actor=actor, user=obj, former=former)

    @admin.display(description=_("roles"))
    def role_names(self, user: User) -> str:
        """Every role by name."""
        return ", ".join(sorted(group.name for group in user.groups.all())) or "—"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Users are invited under Settings."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Users are deactivated under Settings: their name stays in the history."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes somebody who can do more than they can."""
        user: Any = request.user
        try:
            users.ensure_may_manage(user, obj)
        except DomainError:
            return False
        return super().has_change_permission(request, obj)


@admin.register(Role)
class RoleAdmin(ReadOnlyMixin, QuietAdmin):
    """Security groups, for reading: Settings knows who may give what, and keeps the log."""

    list_display = ("name", "scope", "requires_second_factor", "description", "people")
    list_filter = ("scope",)
    search_fields = ("name",)
    ordering = ("name",)
    fieldsets = ((None, {"fields": ("name", "scope", "requires_second_factor", "description")}),)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Count the users with the roles."""
        return super().get_queryset(request).annotate(user_count=models.Count("user"))

    @admin.display(description=_("users"), ordering="user_count")
    def people(self, role: Any) -> int:
        """How many users have it."""
        return int(role.user_count)


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyMixin, QuietAdmin):
    """Keys, without what would open anything; they are made and revoked under Settings."""

    list_display = ("name", "scope", "prefix", "created_at", "expires_at", "last_used_at", "state")
    list_filter = ("scope", ("revoked_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "prefix")
    ordering = ("-pk",)
    fields = (
        *("name", "scope", "prefix", "user", "created_at", "expires_at", "last_used_at"),
        "revoked_at",
    )

    @admin.display(description=_("live"), boolean=True)
    def state(self, key: ApiKey) -> bool:
        """Whether it was not revoked."""
        return key.revoked_at is None
