"""Addresses of the shared pages of the integrations."""

from django.urls import path

from integrations.views import correcting, held, inbox, overview, problems

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
    path(f"{MESSAGE}correct/", correcting.inbox_correct, name="inbox_correct"),
    path("integrations/errors/", problems.problem_list, name="problem_list"),
    path("integrations/retries/start/", problems.retry_create, name="retry_create"),
    path("integrations/retries/<int:pk>/", problems.retry_detail, name="retry_detail"),
    path("integrations/held/", held.held_list, name="held_list"),
    path("integrations/held/map/<slug:partner>/", held.held_map, name="held_map"),
    path("integrations/held/<uuid:public_id>/decide/", held.held_decide, name="held_decide"),
]
