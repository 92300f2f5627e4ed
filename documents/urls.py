"""Documents of individuals and policies. No address says what they are called."""

from django.urls import path

from documents import views

app_name = "documents"

urlpatterns = [
    path("individuals/<int:pk>/documents/", views.document_individual, name="document_individual"),
    path("policies/<int:pk>/documents/", views.document_policy, name="document_policy"),
    path("documents/<int:pk>/download/", views.document_download, name="document_download"),
    path("documents/<int:pk>/remove/", views.document_remove, name="document_remove"),
    path("documents/<int:pk>/put-back/", views.document_put_back, name="document_put_back"),
]
