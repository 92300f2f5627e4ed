"""Addresses of HealthSherpa's settings."""

from django.urls import path

from integrations.healthsherpa.views import connection

app_name = "healthsherpa"
HERE = "settings/integrations/healthsherpa/"

urlpatterns = [
    path(HERE, connection.connection_detail, name="connection_detail"),
    path(f"{HERE}activate/", connection.connection_activate, name="connection_activate"),
    path(f"{HERE}deactivate/", connection.connection_deactivate, name="connection_deactivate"),
    path(f"{HERE}test/", connection.connection_test, name="connection_test"),
    path(f"{HERE}keys/", connection.key_create, name="key_create"),
    path(f"{HERE}keys/<int:pk>/revoke/", connection.key_revoke, name="key_revoke"),
]
