"""The dashboard, the settings and the probes."""

from django.urls import path

from agencyhub.home.views import pages, probes

app_name = "home"

urlpatterns = [
    path("", pages.dashboard, name="dashboard"),
    path("settings/", pages.settings, name="settings"),
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", probes.metrics_text, name="metrics"),
]
