"""Addresses of Premier Partners' settings."""

from django.urls import path

from integrations.premier.views import feeds

app_name = "premier"
HERE = "settings/integrations/premier/"
ONE = f"{HERE}<int:pk>/"

urlpatterns = [
    path(HERE, feeds.feed_list, name="feed_list"),
    path(f"{HERE}add/", feeds.feed_add, name="feed_add"),
    path(ONE, feeds.feed_detail, name="feed_detail"),
    path(f"{ONE}edit/", feeds.feed_edit, name="feed_edit"),
    path(f"{ONE}keys/", feeds.key_create, name="key_create"),
    path(f"{ONE}keys/<int:key_pk>/revoke/", feeds.key_revoke, name="key_revoke"),
    path(f"{ONE}pull/", feeds.pull_start, name="pull_start"),
]
