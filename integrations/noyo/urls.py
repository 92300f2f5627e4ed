"""Addresses of group mapping: settings, connections, the studio, members and renewals."""

from django.urls import URLPattern, path

from integrations.noyo.views import mappings

app_name = "noyo"

urlpatterns: list[URLPattern] = [
    path("noyo/mappings/", mappings.mapping_list, name="mapping_list"),
]
