"""Undoing what an enrollment did."""

from typing import Any

import pytest
from django.apps import apps

from agencyhub.records.selectors import batch_page
from agencyhub.records.services.undo import undo_batch
from commissions.models import MatchChange, PayChange
from individuals.models import Individual, SalesRecord
from individuals.models.search import Name
from integrations import registry
from integrations.models import InboundMessage
from integrations.plancompare.models import EnrollmentKey
from integrations.services import review
from policies.models import Policy
from tests.factories.accounts import UserFactory
from tests.factories.individuals import AddressFactory, IndividualFactory, SalesRecordFactory
from tests.factories.plancompare import PlanTypeMappingFactory, SiteFactory
from tests.plancompare.samples import deliver

pytestmark = pytest.mark.django_db
TABLES = ("individuals", "policies", "commissions", "plancompare")


@pytest.fixture(autouse=True)
def _site() -> None:
    PlanTypeMappingFactory(site=SiteFactory(carrier_products="create"))


def _everything() -> dict[str, list[Any]]:
    """Every row, but for when it was last written: an undo is a writing too.

    The dictionary of names that mistyped ones are compared with may know a name more, and Refresh
    and expected pay have rows to look at.
    """
    return {
        model._meta.label: [
            {name: value for name, value in row.items() if name != "updated_at"}
            for row in model._default_manager.order_by("pk").values()
        ]
        for label in TABLES
        for model in apps.get_app_config(label).get_models()
        if model not in {Name, MatchChange, PayChange}
    }


def _undo(message: InboundMessage) -> Any:
    user = UserFactory(is_superuser=True)
    return undo_batch(batch_id=message.batch_id, user=user, at=message.received_at)


class TestUndo:
    @pytest.mark.parametrize("who", ["nobody", "sales record", "linked", "individual"])
    def test_leaves_everything_as_it_was_before(self, who):
        if who == "sales record":
            SalesRecordFactory()
        if who == "linked":
            SalesRecordFactory(individual=IndividualFactory(email=""))
        if who == "individual":
            AddressFactory(individual=IndividualFactory(), line_1="9 Elm St")
        before = _everything()

        message = deliver()
        result = _undo(message)

        assert result.kept == []
        assert _everything() == before

    def test_is_offered_on_a_page_that_names_records_only(self):
        message = deliver()

        page = batch_page(message.batch, viewer=UserFactory(is_superuser=True))

        kinds = {row.headline.rsplit(" ", 2)[0] for row in page.rows}
        catalogue = {"Carrier", "Carrier product"}
        assert kinds == {"Individual", "Address", *catalogue, "Policy", "Application"}

    def test_keeps_and_lists_what_was_edited_since(self):
        message = deliver()
        policy = Policy.objects.get()
        policy.premium = 77
        policy.save()

        result = _undo(message)

        assert Policy.objects.get().premium == 77
        assert Individual.objects.count() == 1
        assert result.kept

    def test_lets_the_message_be_applied_again(self):
        SalesRecordFactory()
        message = deliver()
        _undo(message)

        again = review.retry(
            message_id=message.pk,
            user=UserFactory(),
            at=message.received_at,
            partners=registry.PARTNERS,
        )

        assert again.state == "applied"
        assert Policy.objects.count() == 1
        assert SalesRecord.objects.get().converted_at is not None

    def test_frees_the_enrollment_for_a_later_delivery(self):
        _undo(deliver())

        deliver(enrollment_id="PC-2")

        assert Policy.objects.count() == 1
        assert EnrollmentKey.objects.count() == 2
