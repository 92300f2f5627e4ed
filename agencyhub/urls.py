"""Every URL of the product, app by app."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

APPS = (
    "agencyhub.home",
    "agencyhub.accounts",
    "agencyhub.records",
    "agencyhub.imports",
    "agencyhub.mailing",
    "individuals",
    "commissions",
    "policies",
    "documents",
    "groups",
    "eoi",
    "integrations",
    "integrations.carriers",
    "integrations.plancompare",
    "integrations.healthsherpa",
    "integrations.comtrack",
    "integrations.premier",
    "integrations.eoi_batches",
    "integrations.noyo",
    "integrations.outgoing",
)

urlpatterns = [
    path("", include("integrations.api_urls")),  # first: partners call them most often
    path("", include("eoi.api_urls")),
    *(path("", include(f"{app}.urls")) for app in APPS),
    path("api/v1/", include("agencyhub.api_urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api_docs"),
    path("admin/", admin.site.urls),
    path("language/", set_language, name="set_language"),
]

handler400 = "agencyhub.lib.problems.bad_request"
handler404 = "agencyhub.lib.problems.page_not_found"
handler500 = "agencyhub.home.views.outage.server_error"
