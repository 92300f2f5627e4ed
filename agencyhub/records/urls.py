"""History, option lists and custom fields."""

from django.urls import path

from agencyhub.records.views import batches

app_name = "records"

urlpatterns = [
    path("timeline/batches/<int:pk>/", batches.batch_detail, name="batch_detail"),
    path("timeline/batches/<int:pk>/undo/", batches.batch_undo, name="batch_undo"),
]
