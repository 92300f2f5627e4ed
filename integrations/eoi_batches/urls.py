"""Addresses of EOI batches: settings, and what became of each file."""

from django.urls import path

from integrations.eoi_batches.views import files, servers

app_name = "eoi_batches"
HERE = "settings/integrations/eoi/"
ONE = f"{HERE}servers/<int:pk>/"

urlpatterns = [
    path(HERE, servers.overview, name="overview"),
    path(f"{HERE}servers/add/", servers.server_add, name="server_add"),
    path(ONE, servers.server_edit, name="server_edit"),
    path(f"{ONE}test/", servers.server_test, name="server_test"),
    path(f"{ONE}pick-up/", servers.server_pick_up, name="server_pick_up"),
    path(f"{ONE}host-key/", servers.server_host_key, name="server_host_key"),
    path(f"{HERE}folders/add/", servers.folder_add, name="folder_add"),
    path(f"{HERE}folders/<int:pk>/", servers.folder_edit, name="folder_edit"),
    path("eoi/batches/", files.file_list, name="file_list"),
    path("eoi/batches/<int:pk>/", files.file_detail, name="file_detail"),
    path("eoi/batches/<int:pk>/results/", files.file_results, name="file_results"),
]
