"""Pages of applications, books of business and commissions."""

from django.urls import URLPattern

app_name = "commissions"

urlpatterns: list[URLPattern] = []
