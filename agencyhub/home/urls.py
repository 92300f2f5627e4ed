"""The dashboard, the settings and the probes."""

from django.urls import path

from agencyhub.home.views import (
    dashboard,
    pages,
    probes,
    report_views,
    reports,
    search,
    subscriptions,
    tour,
    viewing,
)

app_name = "home"

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("dashboard/<str:key>/", dashboard.dashboard_part, name="dashboard_part"),
    path("tour/", tour.tour_page, name="tour"),
    path("tour/end/", tour.tour_end, name="tour_end"),
    path("tour/again/", tour.tour_again, name="tour_again"),
    path("tour/steps/<str:key>/", tour.tour_step, name="tour_step"),
    path("reports/subscriptions/", subscriptions.subscription_list, name="subscription_list"),
    path(
        "reports/subscriptions/new/<str:key>/",
        subscriptions.subscription_create,
        name="subscription_create",
    ),
    path(
        "reports/subscriptions/<int:pk>/",
        subscriptions.subscription_edit,
        name="subscription_edit",
    ),
    path(
        "reports/subscriptions/<int:pk>/stop/",
        subscriptions.subscription_stop,
        name="subscription_stop",
    ),
    path(
        "reports/subscriptions/<int:pk>/resume/",
        subscriptions.subscription_resume,
        name="subscription_resume",
    ),
    path(
        "reports/subscriptions/<int:pk>/remove/",
        subscriptions.subscription_remove,
        name="subscription_remove",
    ),
    path("reports/", reports.report_list, name="report_list"),
    path("reports/<slug:key>/", reports.report_detail, name="report_detail"),
    path("reports/<slug:key>/export/", reports.report_export, name="report_export"),
    path(
        "reports/<slug:key>/views/new/",
        report_views.report_view_create,
        name="report_view_create",
    ),
    path(
        "reports/<slug:key>/views/<int:pk>/",
        report_views.report_view_edit,
        name="report_view_edit",
    ),
    path(
        "reports/<slug:key>/views/<int:pk>/delete/",
        report_views.report_view_delete,
        name="report_view_delete",
    ),
    path("search/", search.search, name="search"),
    path("settings/", pages.settings, name="settings"),
    path("settings/unusual-viewing/", viewing.viewing_report, name="viewing_report"),
    path("settings/unusual-viewing/<str:day>/<int:pk>/", viewing.viewing_rows, name="viewing_rows"),
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", probes.metrics_text, name="metrics"),
]
