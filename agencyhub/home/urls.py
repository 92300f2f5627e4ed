"""The dashboard, the settings and the probes."""

from django.urls import path

from agencyhub.home.views import pages, probes, search, viewing

app_name = "home"

urlpatterns = [
    path("", pages.dashboard, name="dashboard"),
    path("search/", search.search, name="search"),
    path("settings/", pages.settings, name="settings"),
    path("settings/unusual-viewing/", viewing.viewing_report, name="viewing_report"),
    path("settings/unusual-viewing/<str:day>/<int:pk>/", viewing.viewing_rows, name="viewing_rows"),
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", probes.metrics_text, name="metrics"),
]
