"""Addresses of the shared pages of the integrations."""

from django.urls import path

from integrations.views import held, inbox, overview

app_name = "integrations"
MESSAGE = "integrations/inbox/<uuid:public_id>/"

urlpatterns = [
    path("settings/integrations/", overview.integration_list, name="integration_list"),
    path("integrations/", overview.health, name="health"),
    path("integrations/inbox/", inbox.inbox_list, name="inbox_list"),
    path(MESSAGE, inbox.inbox_detail, name="inbox_detail"),
    path(f"{MESSAGE}body/", inbox.inbox_body, name="inbox_body"),
    path(f"{MESSAGE}retry/", inbox.inbox_retry, name="inbox_retry"),
    path(f"{MESSAGE}settle/", inbox.inbox_settle, name="inbox_settle"),
    path("integrations/held/", held.held_list, name="held_list"),
    path("integrations/held/map/<slug:partner>/", held.held_map, name="held_map"),
    path("integrations/held/<uuid:public_id>/decide/", held.held_decide, name="held_decide"),
]
