"""The admin of carriers, what they sell, and policies."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.admin import AgentFilter
from agencyhub.lib.admin import PrivatePickersMixin
from agencyhub.lib.sheet_admin import SheetAdminMixin
from agencyhub.records.admin import CustomFieldsAdminMixin, HistoryModelAdmin
from agencyhub.records.custom import CustomFieldsFormMixin
from agencyhub.records.models import CustomField
from individuals.models import Individual
from individuals.searching import read_query
from individuals.selectors_search.people import find
from policies.models import (
    Carrier,
    CarrierAlias,
    CarrierProduct,
    CarrierProductAlias,
    GracePeriod,
    NumberKey,
    Policy,
    PolicyAgent,
    PremierTerm,
)
from policies.numbers import number_key
from policies.resources import CarrierProductResource, CarrierResource, PolicyResource
from policies.services import premier

MOST_FOUND = 200


class CarrierAliasInline(admin.TabularInline):
    """Other names of a carrier."""

    model = CarrierAlias
    fields = ("name",)
    extra = 0


class PremierTermInline(admin.TabularInline):
    """From when to when a carrier is a Premier Partner."""

    model = PremierTerm
    fields = ("start_date", "end_date", "promised_hours")
    extra = 0


class CarrierProductInline(PrivatePickersMixin, admin.TabularInline):
    """What a carrier sells."""

    model = CarrierProduct
    fields = ("name", "plan_id", "plan_year", "coverage_type", "is_active")
    extra = 0
    show_change_link = True


@admin.register(Carrier)
class CarrierAdmin(SheetAdminMixin, HistoryModelAdmin):
    """Companies that insure."""

    resource_classes: ClassVar[list[Any]] = [CarrierResource]
    list_display = (
        *("name", "abbreviation", "product_count", "needs_review", "is_active"),
        "created_by_partner",
    )
    list_filter = ("needs_review", "is_active", "created_by_partner")
    search_fields = ("name", "abbreviation", "aliases__name")
    ordering = ("name", "pk")
    readonly_fields = ("created_by_partner",)
    inlines = (PremierTermInline, CarrierAliasInline, CarrierProductInline)
    fieldsets = (
        (None, {"fields": (("name", "abbreviation"), ("phone", "website"), "payment_url")}),
        (_("State"), {"fields": (("is_active", "needs_review"), "created_by_partner")}),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Count the products in the same query."""
        products = CarrierProduct.objects.filter(carrier=models.OuterRef("pk"))
        number = products.order_by().values("carrier").annotate(number=models.Count("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(products_sold=models.Subquery(number.values("number")))
        )

    def save_related(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Any,
        change: bool,
    ) -> None:
        """Let changed Premier terms count for what was told already."""
        super().save_related(request, form, formsets, change)
        premier.renew(form.instance.pk, at=timezone.now())

    @admin.display(description=_("products"), ordering="products_sold")
    def product_count(self, carrier: Any) -> int:
        """How many products it has."""
        return carrier.products_sold or 0


@admin.register(GracePeriod)
class GracePeriodAdmin(HistoryModelAdmin):
    """How long coverages last after a missed payment, by rules that change."""

    list_display = ("coverage_type", "months", "start_date", "source")
    list_filter = ("coverage_type",)
    list_select_related = ("coverage_type",)
    ordering = ("coverage_type__position", "-start_date", "pk")


@admin.register(CarrierAlias)
class CarrierAliasAdmin(HistoryModelAdmin):
    """Names under which partners know carriers."""

    list_display = ("name", "carrier")
    list_select_related = ("carrier",)
    search_fields = ("name", "carrier__name")
    ordering = ("name", "pk")
    autocomplete_fields = ("carrier",)
    fields = ("name", "carrier")


class ProductAliasInline(admin.TabularInline):
    """Other names of a product; the carrier is the product's."""

    model = CarrierProductAlias
    fields = ("name",)
    extra = 0


@admin.register(CarrierProduct)
class CarrierProductAdmin(SheetAdminMixin, HistoryModelAdmin):
    """Plans, in partners' words."""

    resource_classes: ClassVar[list[Any]] = [CarrierProductResource]
    list_display = (
        *("name", "carrier", "plan_id", "plan_year", "coverage_type", "needs_review", "is_active"),
    )
    list_filter = ("coverage_type", "needs_review", "is_active", "plan_year", "carrier")
    list_select_related = ("carrier", "coverage_type")
    search_fields = ("name", "plan_id", "carrier__name", "aliases__name")
    ordering = ("carrier__name", "name", "pk")
    autocomplete_fields = ("carrier",)
    readonly_fields = ("created_by_partner",)
    inlines = (ProductAliasInline,)
    fieldsets = (
        (None, {"fields": ("carrier", "name", ("plan_id", "plan_year"), "coverage_type")}),
        (_("State"), {"fields": (("is_active", "needs_review"), "created_by_partner")}),
    )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Give aliases the carrier of their product."""
        if formset.model is CarrierProductAlias:
            for line in formset.forms:
                line.instance.carrier_id = form.instance.carrier_id
        super().save_formset(request, form, formset, change)

    def option_text(self, record: Any) -> str:
        """Name and plan ID."""
        return " · ".join(filter(None, (record.name, record.plan_id)))


class PolicyAdminForm(CustomFieldsFormMixin, forms.ModelForm):
    """A policy, whose product is one of its carrier's."""

    custom_target = CustomField.Target.POLICY

    def clean(self) -> dict[str, Any]:
        """Check that carrier and product go together."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        carrier, product = cleaned.get("carrier"), cleaned.get("product")
        if carrier and product and product.carrier_id != carrier.pk:
            self.add_error(
                "product", gettext("This is not a product of %(name)s.") % {"name": carrier.name}
            )
        return cleaned


class PolicyAgentInline(PrivatePickersMixin, admin.TabularInline):
    """Additional agents of a policy."""

    model = PolicyAgent
    extra = 0
    autocomplete_fields = ("agent",)
    verbose_name = _("additional agent")


@admin.register(Policy)
class PolicyAdmin(CustomFieldsAdminMixin, SheetAdminMixin, HistoryModelAdmin):
    """Contracts between carriers and individuals."""

    resource_classes: ClassVar[list[Any]] = [PolicyResource]
    large_files_kind = "policies"
    form = PolicyAdminForm
    list_display = (
        *("number", "person", "carrier", "product", "status"),
        *("effective_date", "termination_date", "agent"),
    )
    list_filter = (
        *("status", "coverage_type", "carrier", ("servicing_agent", AgentFilter)),
        "effective_date",
    )
    list_select_related = (
        *("subscriber", "carrier", "product", "coverage_type", "status", "servicing_agent"),
    )
    search_fields = ("policy_number",)
    search_help_text = _(
        "Policy number, name, MBI, phone or email. It stays out of the address bar."
    )
    ordering = ("-pk",)
    autocomplete_fields = ("subscriber", "carrier", "product", "servicing_agent")
    readonly_fields = ("created_at", "updated_at")
    inlines = (PolicyAgentInline,)
    fieldsets = (
        (None, {"fields": ("subscriber", ("carrier", "product"), "policy_number")}),
        (_("Coverage"), {"fields": (("coverage_type", "status"), "premium")}),
        (
            _("Dates"),
            {
                "fields": (
                    *(("app_submit_date", "effective_date"), ("termination_date", "renewal_date")),
                )
            },
        ),
        (_("Agency"), {"fields": ("servicing_agent", "notes")}),
        (_("Record"), {"fields": (("created_at", "updated_at"),), "classes": ("collapse",)}),
    )

    def search(
        self, request: HttpRequest, queryset: models.QuerySet[Any], term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Search numbers, zeros and dashes aside, and the people who hold them."""
        query, key = read_query(term), number_key(term)
        is_number = any(letter.isdigit() for letter in key) and not query.mbi
        wanted = models.Q(pk__in=[])
        if is_number:
            queryset = queryset.alias(number_key=NumberKey("policy_number"))
            wanted |= models.Q(number_key__startswith=key)
        user: Any = request.user
        found = find(Individual, user=user, query=query, limit=MOST_FOUND)
        wanted |= models.Q(subscriber__in=found.keys)
        return queryset.filter(wanted), False

    @admin.display(description=_("policy number"), ordering="policy_number")
    def number(self, policy: Policy) -> str:
        """The carrier's number, or that there is none yet."""
        return policy.policy_number or gettext("(none yet)")

    @admin.display(description=_("subscriber"), ordering="subscriber__last_name_key")
    def person(self, policy: Policy) -> str:
        """Last name first."""
        return f"{policy.subscriber.last_name}, {policy.subscriber.first_name}"

    @admin.display(description=_("servicing agent"), ordering="servicing_agent__last_name")
    def agent(self, policy: Policy) -> str:
        """By name."""
        return policy.servicing_agent.full_name if policy.servicing_agent else "—"
