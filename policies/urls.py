"""Carriers, carrier products and policies."""

from django.urls import path

from policies.views import (
    aliases,
    calls,
    carriers,
    merging,
    payments,
    policies,
    products,
    risks,
    searching,
    terms,
)

app_name = "policies"

urlpatterns = [
    path("policies/", policies.policy_list, name="policy_list"),
    path("policies/search/", searching.policy_search, name="policy_search"),
    path("policies/new/", policies.policy_create, name="policy_create"),
    path("policies/product-choices/", searching.product_choices, name="product_choices"),
    path("policies/<int:pk>/", policies.policy_detail, name="policy_detail"),
    path("policies/<int:pk>/edit/", policies.policy_edit, name="policy_edit"),
    path("policies/<int:pk>/terminate/", policies.policy_terminate, name="policy_terminate"),
    path("policies/<int:pk>/initial-payment/", payments.payment_set, name="payment_set"),
    path("at-risk/", risks.risk_list, name="risk_list"),
    path("at-risk/<int:pk>/outcome/", risks.risk_close, name="risk_close"),
    path("at-risk/<int:pk>/why/", risks.risk_explain, name="risk_explain"),
    path("at-risk/<int:pk>/reopen/", risks.risk_reopen, name="risk_reopen"),
    path("at-risk/<int:pk>/call/", calls.risk_call, name="risk_call"),
    path("at-risk/calls/<int:batch_pk>/undo/", calls.risk_call_undo, name="risk_call_undo"),
    path("carriers/", carriers.carrier_list, name="carrier_list"),
    path("carriers/new/", carriers.carrier_create, name="carrier_create"),
    path("carriers/<int:pk>/", carriers.carrier_detail, name="carrier_detail"),
    path("carriers/<int:pk>/edit/", carriers.carrier_edit, name="carrier_edit"),
    path("carriers/<int:pk>/confirm/", carriers.carrier_confirm, name="carrier_confirm"),
    path("carriers/<int:pk>/merge/", merging.carrier_merge, name="carrier_merge"),
    path(
        "carriers/<int:pk>/premier-terms/new/", terms.premierterm_create, name="premierterm_create"
    ),
    path(
        "carriers/<int:pk>/premier-terms/<int:term_pk>/edit/",
        terms.premierterm_edit,
        name="premierterm_edit",
    ),
    path(
        "carriers/<int:pk>/premier-terms/<int:term_pk>/remove/",
        terms.premierterm_remove,
        name="premierterm_remove",
    ),
    path("carriers/<int:pk>/aliases/", aliases.carrieralias_create, name="carrieralias_create"),
    path(
        "carriers/<int:pk>/aliases/<int:alias_pk>/remove/",
        aliases.carrieralias_remove,
        name="carrieralias_remove",
    ),
    path(
        "carriers/<int:pk>/products/new/",
        products.carrierproduct_create,
        name="carrierproduct_create",
    ),
    path("carrier-products/", products.carrierproduct_list, name="carrierproduct_list"),
    path(
        "carrier-products/<int:pk>/", products.carrierproduct_detail, name="carrierproduct_detail"
    ),
    path(
        "carrier-products/<int:pk>/edit/", products.carrierproduct_edit, name="carrierproduct_edit"
    ),
    path(
        "carrier-products/<int:pk>/confirm/",
        products.carrierproduct_confirm,
        name="carrierproduct_confirm",
    ),
    path(
        "carrier-products/<int:pk>/aliases/",
        aliases.carrierproductalias_create,
        name="carrierproductalias_create",
    ),
    path(
        "carrier-products/<int:pk>/aliases/<int:alias_pk>/remove/",
        aliases.carrierproductalias_remove,
        name="carrierproductalias_remove",
    ),
]
