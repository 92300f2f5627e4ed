"""Addresses of individuals, sales records and sales opportunities."""

from django.urls import path

from individuals.views import (
    addresses,
    duplicates,
    individuals,
    looks,
    merges,
    notes,
    opportunities,
    reveal,
    sales_records,
    searching,
)

app_name = "individuals"

urlpatterns = [
    path("individuals/", individuals.individual_list, name="individual_list"),
    path("individuals/search/", searching.individual_search, name="individual_search"),
    path("individuals/new/", individuals.individual_create, name="individual_create"),
    path("individuals/duplicates/", duplicates.duplicate_list, name="duplicate_list"),
    path("individuals/duplicates/<int:pk>/", duplicates.duplicate_open, name="duplicate_open"),
    path(
        "individuals/duplicates/<int:pk>/dismiss/",
        duplicates.duplicate_dismiss,
        name="duplicate_dismiss",
    ),
    path(
        "individuals/duplicates/<int:pk>/reopen/",
        duplicates.duplicate_reopen,
        name="duplicate_reopen",
    ),
    path("individuals/lookalikes/", duplicates.individual_lookalikes, name="individual_lookalikes"),
    path(
        "individuals/<int:pk>/lookalikes/",
        duplicates.individual_lookalikes,
        name="individual_edit_lookalikes",
    ),
    path(
        "individuals/<int:pk>/merge/",
        merges.individual_merge_choose,
        name="individual_merge_choose",
    ),
    path(
        "individuals/<int:pk>/merge/<int:other>/", merges.individual_merge, name="individual_merge"
    ),
    path("individuals/<int:pk>/", individuals.individual_detail, name="individual_detail"),
    path("individuals/<int:pk>/edit/", individuals.individual_edit, name="individual_edit"),
    path("individuals/<int:pk>/looks/", looks.individual_lookers, name="individual_lookers"),
    path("individuals/<int:pk>/notes/new/", notes.individual_note, name="individual_note"),
    path(
        "individuals/<int:pk>/reveal-mbi/",
        reveal.individual_reveal_mbi,
        name="individual_reveal_mbi",
    ),
    path("individuals/<int:pk>/addresses/new/", addresses.address_create, name="address_create"),
    path("addresses/<int:pk>/edit/", addresses.address_edit, name="address_edit"),
    path(
        "addresses/<int:pk>/make-primary/",
        addresses.address_make_primary,
        name="address_make_primary",
    ),
    path("addresses/<int:pk>/delete/", addresses.address_delete, name="address_delete"),
    path(
        "individuals/<int:pk>/sales-opportunities/new/",
        opportunities.salesopportunity_create,
        name="salesopportunity_create",
    ),
    path(
        "sales-opportunities/<int:pk>/",
        opportunities.salesopportunity_detail,
        name="salesopportunity_detail",
    ),
    path(
        "sales-opportunities/<int:pk>/edit/",
        opportunities.salesopportunity_edit,
        name="salesopportunity_edit",
    ),
    path("sales-records/", sales_records.salesrecord_list, name="salesrecord_list"),
    path("sales-records/search/", searching.salesrecord_search, name="salesrecord_search"),
    path("sales-records/new/", sales_records.salesrecord_create, name="salesrecord_create"),
    path("sales-records/<int:pk>/", sales_records.salesrecord_detail, name="salesrecord_detail"),
    path("sales-records/<int:pk>/edit/", sales_records.salesrecord_edit, name="salesrecord_edit"),
    path(
        "sales-records/<int:pk>/stage/", sales_records.salesrecord_stage, name="salesrecord_stage"
    ),
    path("sales-records/<int:pk>/notes/new/", notes.salesrecord_note, name="salesrecord_note"),
    path("sales-records/<int:pk>/link/", sales_records.salesrecord_link, name="salesrecord_link"),
    path(
        "sales-records/<int:pk>/convert/",
        sales_records.salesrecord_convert,
        name="salesrecord_convert",
    ),
    path(
        "sales-records/<int:pk>/reveal-mbi/",
        reveal.salesrecord_reveal_mbi,
        name="salesrecord_reveal_mbi",
    ),
]
