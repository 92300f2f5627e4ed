"""Pages of applications, books of business and commissions."""

from django.urls import path
from django.views.generic import RedirectView

from commissions.views import (
    applications,
    contracts,
    disputes,
    expected,
    ledgers,
    matching,
    matching_by_hand,
    matching_review,
    matching_unmatched,
    packs,
)

app_name = "commissions"

urlpatterns = [
    path("applications/", applications.application_list, name="application_list"),
    path("applications/new/", applications.application_create, name="application_create"),
    path("applications/<int:pk>/", applications.application_detail, name="application_detail"),
    path(
        "applications/<int:pk>/fill/<slug:name>/",
        applications.application_fill,
        name="application_fill",
    ),
    path("applications/results/", matching.result_list, name="result_list"),
    path("applications/refresh/", matching.refresh_start, name="refresh_start"),
    path("applications/refresh/status/", matching.refresh_status, name="refresh_status"),
    path("applications/review/", matching_review.review_list, name="review_list"),
    # The address that others rely on.
    path(
        "work-queue/",
        RedirectView.as_view(pattern_name="commissions:review_list", query_string=True),
        name="work_queue",
    ),
    path("applications/review/<int:pk>/", matching_review.review_detail, name="review_detail"),
    path(
        "applications/review/<int:pk>/decide/",
        matching_review.review_decide,
        name="review_decide",
    ),
    path(
        "applications/review/undo/<int:batch_pk>/",
        matching_review.review_undo,
        name="review_undo",
    ),
    path("applications/unmatched/", matching_unmatched.unmatched_list, name="unmatched_list"),
    path(
        "applications/unmatched/accept/",
        matching_unmatched.unmatched_accept,
        name="unmatched_accept",
    ),
    path("book-of-business/", ledgers.bookrow_list, name="bookrow_list"),
    path("book-of-business/<int:pk>/", ledgers.bookrow_detail, name="bookrow_detail"),
    path("book-of-business/<int:pk>/edit/", ledgers.bookrow_edit, name="bookrow_edit"),
    path("book-of-business/quarantine/", ledgers.quarantine_list, name="quarantine_list"),
    path("commissions/", ledgers.commissionline_list, name="commissionline_list"),
    path("commissions/<int:pk>/", ledgers.commissionline_detail, name="commissionline_detail"),
    path("commissions/unmatched/", matching_unmatched.unapplied_lines, name="unapplied_lines"),
    path("book-of-business/unmatched/", matching_unmatched.unapplied_book, name="unapplied_book"),
    path(
        "applications/<int:pk>/match/",
        matching_by_hand.application_match,
        name="application_match",
    ),
    path("applications/<int:pk>/link/", matching_by_hand.application_link, name="application_link"),
    path(
        "applications/<int:pk>/unlink/",
        matching_by_hand.application_unlink,
        name="application_unlink",
    ),
    path("expected-pay/", expected.expectedpay_list, name="expectedpay_list"),
    path("expected-pay/<int:pk>/", expected.expectedpay_detail, name="expectedpay_detail"),
    path("missing-pay/", disputes.dispute_list, name="dispute_list"),
    path("missing-pay/packs/", packs.disputepack_list, name="disputepack_list"),
    path("missing-pay/packs/new/", packs.disputepack_create, name="disputepack_create"),
    path("missing-pay/packs/<int:pk>/", packs.disputepack_detail, name="disputepack_detail"),
    path(
        "missing-pay/packs/<int:pk>/file/<slug:file_format>/",
        packs.disputepack_file,
        name="disputepack_file",
    ),
    path("missing-pay/<int:pk>/<slug:act>/", disputes.dispute_act, name="dispute_act"),
    path("missing-pay/undo/<int:batch_pk>/", disputes.dispute_undo, name="dispute_undo"),
    path("settings/pay/", expected.payterm_list, name="payterm_list"),
    path("settings/pay/new/", expected.payterm_create, name="payterm_create"),
    path("settings/pay/<int:pk>/", expected.payterm_edit, name="payterm_edit"),
    path("settings/pay/<int:pk>/remove/", expected.payterm_remove, name="payterm_remove"),
    path("settings/pay/rates/", expected.payrate_list, name="payrate_list"),
    path("settings/pay/rates/new/", expected.payrate_create, name="payrate_create"),
    path("settings/pay/rates/<int:pk>/", expected.payrate_edit, name="payrate_edit"),
    path("settings/pay/rates/<int:pk>/remove/", expected.payrate_remove, name="payrate_remove"),
    path("settings/pay/due/", expected.paysettings, name="paysettings"),
    path("settings/contracts/", contracts.agentcontract_list, name="agentcontract_list"),
    path("settings/contracts/new/", contracts.agentcontract_create, name="agentcontract_create"),
    path("settings/contracts/<int:pk>/", contracts.agentcontract_edit, name="agentcontract_edit"),
    path(
        "settings/contracts/<int:pk>/remove/",
        contracts.agentcontract_remove,
        name="agentcontract_remove",
    ),
    path("settings/writing-numbers/", contracts.writingnumber_list, name="writingnumber_list"),
    path(
        "settings/writing-numbers/new/", contracts.writingnumber_create, name="writingnumber_create"
    ),
    path(
        "settings/writing-numbers/<int:pk>/",
        contracts.writingnumber_edit,
        name="writingnumber_edit",
    ),
    path(
        "settings/writing-numbers/<int:pk>/remove/",
        contracts.writingnumber_remove,
        name="writingnumber_remove",
    ),
]
