"""The Django admin as staff of the agency see it: one sign-in, grouped by what people do."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

# Heading, then the models under it, in order. What is named nowhere comes last, app by app.
GROUPS: tuple[tuple[StrOrPromise, tuple[str, ...]], ...] = (
    (
        _("People"),
        (
            *("individuals.Individual", "individuals.SalesRecord"),
            *("individuals.SalesOpportunity", "individuals.Address"),
        ),
    ),
    (
        _("Policies and carriers"),
        (
            *("policies.Policy", "policies.Carrier", "policies.CarrierProduct"),
            *("policies.CarrierAlias", "policies.GracePeriod"),
        ),
    ),
    (
        _("Employer groups"),
        (
            *("groups.EmployerGroup", "groups.GroupPlan", "groups.Employee"),
            *("groups.Election", "groups.CoverageLock", "eoi.EoiRequest", "eoi.Decision"),
            *("noyo.Mapping", "noyo.GroupConnection", "noyo.Difference", "noyo.RenewalDecision"),
        ),
    ),
    (
        _("Integrations"),
        (
            *("integrations.InboundMessage", "plancompare.Site", "plancompare.PlanCompareUser"),
            *("plancompare.Handoff", "plancompare.EnrollmentKey", "healthsherpa.Connection"),
            *("comtrack.Connection", "comtrack.QueryRun", "premier.Feed", "premier.Delivery"),
            *("premier.Pull", "eoi_batches.Folder", "eoi_batches.BatchFile"),
            *("noyo.Account", "noyo.NoyoCarrier", "noyo.NoyoGroup", "noyo.CarrierPlan"),
            *("noyo.CarrierOption", "noyo.PlanYear", "noyo.Snapshot", "noyo.SyncRun"),
            "integrations.Heartbeat",
        ),
    ),
    (_("Imports"), ("imports.Import", "imports.Template")),
    (_("Lists and fields"), ("records.Option", "records.CustomField")),
    (
        _("Users and rights"),
        ("accounts.User", "accounts.Role", "accounts.Agent", "accounts.ApiKey"),
    ),
    (
        _("History"),
        (
            *("records.Batch", "records.Change", "records.Entry", "individuals.RevealLog"),
            "groups.SsnReveal",
            "admin.LogEntry",
        ),
    ),
)

NAMES = {
    "imports.Template": _("Import templates"),
    "integrations.InboundMessage": _("Inbox"),
    "plancompare.Site": _("PlanCompare settings"),
    "plancompare.PlanCompareUser": _("PlanCompare usernames"),
    "plancompare.Handoff": _("PlanCompare hand-offs"),
    "plancompare.EnrollmentKey": _("PlanCompare enrollments"),
    "healthsherpa.Connection": _("HealthSherpa connection"),
    "comtrack.Connection": _("ComTrack connection"),
    "comtrack.QueryRun": _("ComTrack runs"),
    "premier.Feed": _("Premier feeds"),
    "premier.Delivery": _("Statements of Premier Partners"),
    "premier.Pull": _("Questions to status APIs"),
    "eoi_batches.Folder": _("EOI batch folders"),
    "eoi_batches.BatchFile": _("EOI batch files"),
    "noyo.Account": _("Noyo account"),
    "noyo.Mapping": _("Group mappings"),
    "noyo.Difference": _("Differences of members"),
    "noyo.SyncRun": _("Readings of Noyo"),
    "records.Option": _("Options of lists"),
    "records.Entry": _("Timeline lines"),
    "individuals.RevealLog": _("Revealed MBIs"),
    "groups.SsnReveal": _("Revealed SSNs"),
    "admin.LogEntry": _("Actions in this administration"),
}


class NamingAutocomplete(AutocompleteJsonView):
    """Answers pickers with names; what was typed comes by POST and stays out of logs."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Search by what was posted."""
        request.GET = request.POST
        return self.get(request, *args, **kwargs)

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """Let the model's own admin word the option."""
        site: Any = self.admin_site
        related = site._registry[type(obj)]
        word = getattr(related, "option_text", str)
        return {"id": str(getattr(obj, to_field_name)), "text": word(obj)}


class AdministrationSite(admin.AdminSite):
    """The admin site of the product."""

    site_title = _("AgencyHub administration")
    site_header = _("AgencyHub administration")
    index_title = _("Administration")
    empty_value_display = "—"

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Use the product's own sign-in, with its throttling; refuse those without the right.

        Raises:
            PermissionDenied: signed in, but not staff.
        """
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the product's own page: it limits guesses, and the change is told of by mail."""
        return HttpResponseRedirect(reverse("accounts:password_change"))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Answer a picker."""
        view: Any = NamingAutocomplete.as_view(admin_site=self)
        answer: HttpResponse = view(request)
        return answer

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """Group models by what people do with them."""
        if app_label:
            return super().get_app_list(request, app_label)
        apps = super().get_app_list(request)
        found = {model["model"]._meta.label: model for app in apps for model in app["models"]}
        for label, name in NAMES.items():
            if label in found:
                found[label]["name"] = name
        groups = []
        for title, labels in GROUPS:
            models = [found.pop(label) for label in labels if label in found]
            if models:
                groups.append(_group(str(title), models))
        for app in apps:
            rest = [model for model in app["models"] if model["model"]._meta.label in found]
            if rest:
                groups.append({**app, "models": rest})
        return groups


def _group(title: str, models: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": title,
        "app_label": title.lower().replace(" ", "-"),
        "app_url": reverse("admin:index"),
        "has_module_perms": True,
        "models": models,
    }
