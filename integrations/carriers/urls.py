"""Addresses of Retrieve: connections, their runs, what they brought."""

from django.urls import path

from integrations.carriers.views import connections, runs

app_name = "carriers"
HERE = "settings/integrations/carriers/"
ONE = f"{HERE}<int:pk>/"

urlpatterns = [
    path(HERE, connections.connection_list, name="connection_list"),
    path(f"{HERE}add/", connections.connection_add, name="connection_add"),
    path(f"{HERE}runs/<int:pk>/", runs.retrieval_detail, name="retrieval_detail"),
    path(ONE, runs.connection_detail, name="connection_detail"),
    path(f"{ONE}edit/", connections.connection_edit, name="connection_edit"),
    path(f"{ONE}run/", runs.connection_run, name="connection_run"),
    path(f"{ONE}again/", runs.connection_again, name="connection_again"),
    path(f"{ONE}test/", connections.connection_test, name="connection_test"),
    path(f"{ONE}host-key/", connections.connection_host_key, name="connection_host_key"),
]
