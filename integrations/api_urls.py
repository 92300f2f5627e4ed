"""What partners and scripts call."""

from django.urls import path

from integrations import webhooks

app_name = "hooks"

urlpatterns = [
    path(
        "hooks/plancompare/enrollments/",
        webhooks.PlanCompareDeliveries.as_view(),
        name="plancompare_enrollments",
    ),
    path(
        "hooks/healthsherpa/",
        webhooks.HealthSherpaDeliveries.as_view(),
        name="healthsherpa",
    ),
    path(
        "hooks/premier/<slug:carrier_slug>/status/",
        webhooks.PremierDeliveries.as_view(),
        name="premier_status",
    ),
    path("hooks/noyo/", webhooks.NoyoDeliveries.as_view(), name="noyo"),
    path(
        "api/v1/inbox/<uuid:message_id>/",
        webhooks.MessageState.as_view(),
        name="inbox_message",
    ),
]
