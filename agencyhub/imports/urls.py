"""Imports, their steps and their templates."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from agencyhub.imports.views import ledger, mapping, repair, runs, templates

app_name = "imports"


class OutcomeConverter(StringConverter):
    """What the dry run says of a row that can be taken."""

    regex = "|".join(runs.OUTCOMES)


register_converter(OutcomeConverter, "outcome")

urlpatterns = [
    path("imports/", ledger.import_list, name="import_list"),
    path("imports/upload/", ledger.import_upload, name="import_upload"),
    path("imports/samples/<slug:kind>/", ledger.sample_file, name="sample_file"),
    path("imports/templates/", templates.template_list, name="template_list"),
    path("imports/templates/<int:pk>/", templates.template_detail, name="template_detail"),
    path(
        "imports/templates/<int:pk>/activate/",
        templates.template_activate,
        name="template_activate",
    ),
    path("imports/<int:pk>/", runs.import_detail, name="import_detail"),
    path("imports/<int:pk>/columns/", mapping.mapping_studio, name="mapping_studio"),
    path("imports/<int:pk>/sheet/", mapping.import_sheet, name="import_sheet"),
    path("imports/<int:pk>/next-sheet/", runs.import_next_sheet, name="import_next_sheet"),
    path("imports/<int:pk>/kind/", runs.import_kind, name="import_kind"),
    path("imports/<int:pk>/mode/", runs.import_mode, name="import_mode"),
    path("imports/<int:pk>/again/", runs.import_again, name="import_again"),
    path("imports/<int:pk>/discard/", runs.import_discard, name="import_discard"),
    path("imports/<int:pk>/commit/", runs.import_commit, name="import_commit"),
    path("imports/<int:pk>/undo/", runs.import_undo, name="import_undo"),
    path("imports/<int:pk>/rows/<outcome:outcome>/", runs.row_list, name="row_list"),
    path("imports/<int:pk>/rejected/", repair.problem_list, name="problem_list"),
    path("imports/<int:pk>/rejected/file/", runs.rejected_file, name="rejected_file"),
    path("imports/<int:pk>/rejected/<int:line>/", repair.problem_repair, name="problem_repair"),
    path(
        "imports/<int:pk>/rejected/<int:line>/leave-out/",
        repair.problem_leave_out,
        name="problem_leave_out",
    ),
]
