"""Addresses of PlanCompare's settings and of the hand-off."""

from django.urls import path, register_converter

from integrations.plancompare.converters import VariantConverter
from integrations.plancompare.views import send, site, upload, users

register_converter(VariantConverter, "variant")
app_name = "plancompare"

SITE = "settings/integrations/<variant:variant>/"
RECORD = "plancompare/send/<slug:record_type>/<int:record_id>/"

urlpatterns = [
    path(SITE, site.site_detail, name="site_detail"),
    path(f"{SITE}activate/", site.site_activate, name="site_activate"),
    path(f"{SITE}deactivate/", site.site_deactivate, name="site_deactivate"),
    path(f"{SITE}sync/", site.site_sync, name="site_sync"),
    path(f"{SITE}users/", users.site_users, name="site_users"),
    path(f"{SITE}users/<int:pk>/", users.user_edit, name="user_edit"),
    path(f"{SITE}users/template.<slug:kind>", upload.username_template, name="username_template"),
    path(f"{SITE}users/upload/", upload.username_upload, name="username_upload"),
    path(RECORD, send.preflight, name="preflight"),
    path(f"{RECORD}go/", send.handoff, name="handoff"),
]
