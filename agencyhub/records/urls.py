"""History, option lists and custom fields."""

from django.urls import path

from agencyhub.records.views import (
    batches,
    bulkedits,
    customfields,
    exports,
    lists,
    options,
    savedviews,
    values,
)

app_name = "records"

urlpatterns = [
    path("timeline/batches/<int:pk>/", batches.batch_detail, name="batch_detail"),
    path("timeline/batches/<int:pk>/undo/", batches.batch_undo, name="batch_undo"),
    path("settings/options/", options.option_list, name="option_list"),
    path("settings/options/<slug:option_list>/", options.option_list, name="option_list"),
    path("settings/options/<slug:option_list>/new/", options.option_add, name="option_add"),
    path("settings/options/<int:pk>/edit/", options.option_edit, name="option_edit"),
    path("settings/options/<int:pk>/move/", options.option_move, name="option_move"),
    path("settings/options/<int:pk>/activate/", options.option_activate, name="option_activate"),
    path("settings/options/<int:pk>/delete/", options.option_delete, name="option_delete"),
    path("settings/values/", values.value_list, name="value_list"),
    path("settings/values/bulk/", values.value_bulk, name="value_bulk"),
    path("settings/values/<int:pk>/map/", values.value_map, name="value_map"),
    path("settings/values/<int:pk>/add/", values.value_add, name="value_add"),
    path("settings/values/<int:pk>/ignore/", values.value_ignore, name="value_ignore"),
    path("settings/values/<int:pk>/undo/", values.value_undo, name="value_undo"),
    path("settings/custom-fields/", customfields.customfield_list, name="customfield_list"),
    path("settings/custom-fields/new/", customfields.customfield_create, name="customfield_create"),
    path(
        "settings/custom-fields/<int:pk>/edit/",
        customfields.customfield_edit,
        name="customfield_edit",
    ),
    path(
        "settings/custom-fields/<int:pk>/move/",
        customfields.customfield_move,
        name="customfield_move",
    ),
    path(
        "settings/custom-fields/<int:pk>/activate/",
        customfields.customfield_activate,
        name="customfield_activate",
    ),
    path("lists/<slug:key>/filters/", lists.list_private_filters, name="list_private_filters"),
    path("lists/<slug:key>/columns/", lists.list_columns, name="list_columns"),
    path("lists/<slug:key>/export/", exports.list_export, name="list_export"),
    path("lists/<slug:key>/edit/", bulkedits.bulkedit_start, name="bulkedit_start"),
    path("lists/<slug:key>/views/", savedviews.savedview_list, name="savedview_list"),
    path("lists/<slug:key>/views/new/", savedviews.savedview_create, name="savedview_create"),
    path("lists/<slug:key>/views/default/", savedviews.savedview_default, name="savedview_default"),
    path("saved-views/<int:pk>/edit/", savedviews.savedview_edit, name="savedview_edit"),
    path("saved-views/<int:pk>/delete/", savedviews.savedview_delete, name="savedview_delete"),
    path("bulk-edits/<int:pk>/", bulkedits.bulkedit_detail, name="bulkedit_detail"),
    path("settings/exports/", exports.exportlog_list, name="exportlog_list"),
]
