"""Every URL of the product, app by app."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

APPS = (
    "agencyhub.home",
    "agencyhub.accounts",
    "agencyhub.records",
    "individuals",
    "policies",
    "integrations",
    "integrations.plancompare",
)

urlpatterns = [
    *(path("", include(f"{app}.urls")) for app in APPS if find_spec(f"{app}.urls")),
    path("admin/", admin.site.urls),
]
