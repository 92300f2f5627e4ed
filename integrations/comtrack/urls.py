"""Addresses of ComTrack's settings."""

from django.urls import path

from integrations.comtrack.views import connection

app_name = "comtrack"
HERE = "settings/integrations/comtrack/"

urlpatterns = [
    path(HERE, connection.connection_detail, name="connection_detail"),
    path(f"{HERE}activate/", connection.connection_activate, name="connection_activate"),
    path(f"{HERE}deactivate/", connection.connection_deactivate, name="connection_deactivate"),
    path(f"{HERE}run/", connection.run_start, name="run_start"),
    path(f"{HERE}runs/", connection.run_list, name="run_list"),
]
