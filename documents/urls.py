"""Documents of individuals and policies. No address says what they are called."""

from django.urls import path

from documents.views import moving, panels

app_name = "documents"

urlpatterns = [
    path("individuals/<int:pk>/documents/", panels.document_individual, name="document_individual"),
    path("policies/<int:pk>/documents/", panels.document_policy, name="document_policy"),
    path("documents/<int:pk>/download/", panels.document_download, name="document_download"),
    path("documents/<int:pk>/remove/", panels.document_remove, name="document_remove"),
    path("documents/<int:pk>/put-back/", panels.document_put_back, name="document_put_back"),
    path("documents/<int:pk>/move/", moving.document_move, name="document_move"),
    path(
        "documents/<int:pk>/move/search/", moving.document_move_search, name="document_move_search"
    ),
]
