"""Addresses of the webhooks' settings."""

from django.urls import path

from integrations.outgoing.views import deliveries, endpoints

app_name = "outgoing"
HERE = "settings/webhooks/"
ONE = f"{HERE}<int:pk>/"
DELIVERY = f"{ONE}deliveries/<int:delivery_pk>/"

urlpatterns = [
    path(HERE, endpoints.endpoint_list, name="endpoint_list"),
    path(f"{HERE}add/", endpoints.endpoint_create, name="endpoint_create"),
    path(ONE, endpoints.endpoint_detail, name="endpoint_detail"),
    path(f"{ONE}edit/", endpoints.endpoint_edit, name="endpoint_edit"),
    path(f"{ONE}delete/", endpoints.endpoint_delete, name="endpoint_delete"),
    path(f"{ONE}secret/", endpoints.secret_rotate, name="secret_rotate"),
    path(f"{ONE}ping/", deliveries.endpoint_ping, name="endpoint_ping"),
    path(f"{ONE}again/", deliveries.deliveries_again, name="deliveries_again"),
    path(DELIVERY, deliveries.delivery_detail, name="delivery_detail"),
    path(f"{DELIVERY}again/", deliveries.delivery_again, name="delivery_again"),
]
