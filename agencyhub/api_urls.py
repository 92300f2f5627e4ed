"""The REST API: every kind of record."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from agencyhub.imports.api.viewsets import ImportViewSet
from agencyhub.records.api.agents import AgentViewSet
from commissions.api.applications import ApplicationViewSet
from commissions.api.comtrack import ComtrackQuery
from commissions.api.disputes import DisputeViewSet
from commissions.api.ledgers import BookRowViewSet, CommissionLineViewSet
from commissions.api.packs import PackViewSet
from commissions.api.pay import ExpectedPayViewSet
from documents.api.viewsets import IndividualDocumentViewSet, PolicyDocumentViewSet
from eoi.api.records import EoiRequestViewSet
from groups.api.viewsets import GroupPlanViewSet, GroupViewSet
from individuals.api.viewsets import IndividualViewSet, SalesRecordViewSet
from integrations.api.inbox import InboxViewSet
from integrations.noyo.api.mappings import MappingViewSet
from integrations.outgoing.api.deliveries import DeliveryViewSet
from integrations.outgoing.api.viewsets import EndpointViewSet
from policies.api.risks import RiskViewSet
from policies.api.viewsets import CarrierProductViewSet, CarrierViewSet, PolicyViewSet

app_name = "api"

router = SimpleRouter(use_regex_path=False)
router.register("individuals", IndividualViewSet, basename="individual")
router.register("sales-records", SalesRecordViewSet, basename="salesrecord")
router.register("agents", AgentViewSet, basename="agent")
router.register("carriers", CarrierViewSet, basename="carrier")
router.register("carrier-products", CarrierProductViewSet, basename="carrierproduct")
router.register("policies", PolicyViewSet, basename="policy")
router.register("at-risk", RiskViewSet, basename="risk")
router.register("applications", ApplicationViewSet, basename="application")
router.register("book-of-business", BookRowViewSet, basename="bookrow")
router.register("commission-lines", CommissionLineViewSet, basename="commissionline")
router.register("expected-pay", ExpectedPayViewSet, basename="expectedpay")
router.register("disputes", DisputeViewSet, basename="dispute")
router.register("dispute-packs", PackViewSet, basename="disputepack")
router.register("groups", GroupViewSet, basename="employergroup")
router.register("group-plans", GroupPlanViewSet, basename="groupplan")
router.register("eoi-requests", EoiRequestViewSet, basename="eoirequest")
router.register("group-mappings", MappingViewSet, basename="mapping")
router.register("imports", ImportViewSet, basename="import")
router.register("webhooks", EndpointViewSet, basename="endpoint")

urlpatterns = [
    path("comtrack/query", ComtrackQuery.as_view(), name="comtrack_query"),
    path("inbox/", InboxViewSet.as_view({"get": "list"}), name="inbox-list"),
    path(
        "webhooks/<int:pk>/deliveries/",
        DeliveryViewSet.as_view({"get": "list"}),
        name="delivery-list",
    ),
    path(
        "webhooks/<int:pk>/deliveries/<int:delivery_id>/",
        DeliveryViewSet.as_view({"get": "retrieve"}),
        name="delivery-detail",
    ),
    *(
        path(f"{prefix}/<int:pk>/documents/{end}", viewset.as_view({**doors}), name=f"{one}-{name}")
        for prefix, one, viewset in (
            ("individuals", "individual", IndividualDocumentViewSet),
            ("policies", "policy", PolicyDocumentViewSet),
        )
        for end, name, doors in (
            ("", "document-list", {"get": "list", "post": "create"}),
            ("<int:document_id>/", "document-detail", {"get": "retrieve"}),
            ("<int:document_id>/content/", "document-content", {"get": "content"}),
            ("<int:document_id>/move/", "document-move", {"post": "move"}),
        )
    ),
    path(
        "at-risk/<int:pk>/calls/",
        RiskViewSet.as_view({"post": "call"}, http_method_names=("post",)),
        name="risk-call",
    ),
    *(
        path(
            f"{prefix}/search/",
            ledger.as_view({"post": "search"}, http_method_names=("post",), filter_backends=()),
            name=f"{name}-search",
        )
        for prefix, ledger, name in (
            ("book-of-business", BookRowViewSet, "bookrow"),
            ("commission-lines", CommissionLineViewSet, "commissionline"),
        )
    ),
    *router.urls,
]
