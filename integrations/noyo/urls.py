"""Addresses of group mapping: settings, connections, the studio, members and renewals."""

from django.urls import URLPattern

app_name = "noyo"

urlpatterns: list[URLPattern] = []
