"""Evidence of insurability: the board, decided requests, worksheets."""

from django.urls import path

from eoi.views import (
    alerts,
    data,
    deciding,
    electing,
    requests,
    reversing,
    worksheet_reversing,
    worksheets,
)

app_name = "eoi"

urlpatterns = [
    path("groups/employees/<int:pk>/elect/", electing.election_create, name="election_create"),
    path("groups/employees/<int:pk>/follow-salary/", electing.salary_follow, name="salary_follow"),
    path("groups/elections/<int:pk>/end/", electing.election_end, name="election_end"),
    path(
        "groups/elections/<int:pk>/withdraw/", electing.election_withdraw, name="election_withdraw"
    ),
    path("eoi/", requests.request_list, name="request_list"),
    path("eoi/decided/", requests.closed_list, name="closed_list"),
    path("eoi/alerts/", alerts.alert_list, name="alert_list"),
    path("eoi/preview/", deciding.decision_preview, name="decision_preview"),
    path("eoi/decide/", deciding.decision_save, name="decision_save"),
    path("eoi/reverse/", reversing.decision_reverse, name="decision_reverse"),
    path("eoi/data/", data.data, name="data"),
    path("eoi/data/worksheets/empty/", data.worksheet_empty, name="worksheet_empty"),
    path("eoi/data/worksheets/update/", data.worksheet_update, name="worksheet_update"),
    path("eoi/data/worksheets/upload/", data.worksheet_upload, name="worksheet_upload"),
    path("eoi/data/<int:pk>/", worksheets.worksheet_detail, name="worksheet_detail"),
    path("eoi/data/<int:pk>/decided/", worksheets.worksheet_decided, name="worksheet_decided"),
    path(
        "eoi/data/<int:pk>/reverse/",
        worksheet_reversing.worksheet_reverse,
        name="worksheet_reverse",
    ),
    path("eoi/data/<int:pk>/failed/", worksheets.worksheet_failed, name="worksheet_failed"),
    path("eoi/data/<int:pk>/again/", worksheets.worksheet_again, name="worksheet_again"),
    path("eoi/<int:pk>/", requests.request_detail, name="request_detail"),
    path("eoi/<int:pk>/locks/<int:lock_pk>/lift/", reversing.lock_lift, name="lock_lift"),
]
