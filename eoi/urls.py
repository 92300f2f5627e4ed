"""Evidence of insurability: the board, decided requests, worksheets."""

from django.urls import path

from eoi.views import data, requests

app_name = "eoi"

urlpatterns = [
    path("eoi/", requests.request_list, name="request_list"),
    path("eoi/decided/", requests.closed_list, name="closed_list"),
    path("eoi/data/", data.data, name="data"),
    path("eoi/<int:pk>/", requests.request_detail, name="request_detail"),
]
