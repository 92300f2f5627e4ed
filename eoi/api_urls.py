"""What EOI partners call; the paths are PlanSource's, without a slash at the end."""

from django.urls import path

from eoi.api import envelope, views

app_name = "eoi_api"

urlpatterns = [
    path("v2/eoi/subscribers", views.Subscribers.as_view(), name="subscribers"),
    path("v2/eoi/subscriber/<str:subscriber_id>", views.Subscriber.as_view(), name="subscriber"),
    path("v2/eoi/decisions", views.Decisions.as_view(), name="decisions"),
    path(
        "v2/eoi/decision/<str:subscriber_id>",
        views.SubscriberDecisions.as_view(),
        name="decision",
    ),
    path("v2/eoi/form_completions", views.FormCompletions.as_view(), name="form_completions"),
    path(
        "v2/eoi/form_completion/<str:subscriber_id>",
        views.SubscriberFormCompletions.as_view(),
        name="form_completion",
    ),
    path("v2/<path:rest>", envelope.no_such_route),
]
