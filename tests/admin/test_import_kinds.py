"""Importing every other kind of record through the admin."""

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Agent
from individuals.models import SalesRecord
from integrations.plancompare.models import PlanCompareUser
from policies.models import Carrier, Policy
from tests.admin.sheets import confirm, exported, preview, text
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import (
    MBI,
    IndividualFactory,
    SalesRecordFactory,
)
from tests.factories.policies import CarrierAliasFactory, CarrierFactory, PolicyFactory


class TestOtherKinds:
    def test_sales_records_are_added(self, page, db):
        path = "/admin/individuals/salesrecord/"
        file = text("First name,Last name,Stage,MBI,ZIP code", f"Ana,Lopez,Quoted,{MBI},02134")

        confirm(page, path, preview(page, path, file))

        record = SalesRecord.objects.get()
        assert (record.stage.label, record.zip_code) == ("Quoted", "02134")
        assert record.mbi.reveal() == MBI

    def test_sales_record_without_a_stage_names_the_column(self, page, db):
        path = "/admin/individuals/salesrecord/"

        seen = preview(page, path, text("First name,Last name,Stage", "Ana,Lopez,"))

        assert set(seen.context_data["result"].invalid_rows[0].field_specific_errors) == {"Stage"}

    def test_policies_find_carriers_by_alias_and_are_found_by_number(self, page, db):
        path = "/admin/policies/policy/"
        policy = PolicyFactory(policy_number="AZ-1", premium=None)
        CarrierAliasFactory(carrier=policy.carrier, name="Prairie Inc")
        file = text(
            "Subscriber ID,Carrier,Policy number,Status,Coverage type,Premium per month (USD)",
            f"{policy.subscriber_id},prairie inc,AZ-1,Active,MAPD,$1024.50",
            f"{policy.subscriber_id},Prairie Inc,AZ-2,Pending,PDP,",
        )

        confirm(page, path, preview(page, path, file))

        policy.refresh_from_db()
        assert str(policy.premium) == "1024.50"
        assert Policy.objects.get(policy_number="AZ-2").status.label == "Pending"

    def test_policy_of_an_unknown_carrier_names_it(self, page, db):
        path = "/admin/policies/policy/"
        person = IndividualFactory()
        file = text(
            "Subscriber ID,Carrier,Status,Coverage type,Termination date,Effective date",
            f"{person.pk},Nowhere Life,Active,MAPD,,",
            "999999,Nowhere Life,Active,MAPD,,",
        )

        seen = preview(page, path, file)

        rows = [row.field_specific_errors for row in seen.context_data["result"].invalid_rows]
        assert rows[0]["Carrier"] == ["No carrier goes by the name “Nowhere Life”."]
        assert rows[1]["Subscriber ID"] == ["There is no individual “999999” that you may see."]

    def test_rules_of_the_database_are_errors_of_the_row(self, page, db):
        path = "/admin/policies/policy/"
        policy = PolicyFactory(policy_number="AZ-1")
        other = PolicyFactory(policy_number="AZ-2", carrier=policy.carrier)
        file = text(
            "ID,Policy number,Effective date,Termination date",
            f"{other.pk},AZ-1,,",
            f"{policy.pk},AZ-1,2026-05-01,2026-04-01",
        )

        seen = preview(page, path, file)

        rows = [row.error_dict for row in seen.context_data["result"].invalid_rows]
        assert rows == [
            {"Policy number": ["Against the rule: policy number is unique per carrier."]},
            {"__all__": [
                "Against the rule: policy terminates on or after effective date."
            ]},
        ]  # fmt: skip

    def test_carriers_keep_their_name_when_an_alias_is_used(self, page, db):
        carrier = CarrierFactory(name="Humana")
        CarrierAliasFactory(carrier=carrier, name="Humana Inc")
        path = "/admin/policies/carrier/"

        file = text("Name,Abbreviation", "HUMANA INC,HUM", "New Life,NL")
        confirm(page, path, preview(page, path, file))

        assert set(Carrier.objects.values_list("name", "abbreviation")) == {
            ("Humana", "HUM"), ("New Life", "NL"),
        }  # fmt: skip

    def test_products_belong_to_their_carrier(self, page, db):
        carrier = CarrierFactory(name="Humana")
        path = "/admin/policies/carrierproduct/"
        file = text("Carrier,Name,Plan ID,Coverage type,Active", "Humana,Gold,H1-1,MAPD,yes")

        confirm(page, path, preview(page, path, file))

        product = carrier.products.get()
        assert (product.name, product.plan_id, product.is_active) == ("Gold", "H1-1", True)

    def test_agents_are_found_by_npn(self, page, db):
        agent = AgentFactory(npn="1234567", first_name="Old")
        path = "/admin/accounts/agent/"
        file = text("First name,Last name,NPN", "New,Name,1234567", "Second,Person,7654321")

        confirm(page, path, preview(page, path, file))

        agent.refresh_from_db()
        assert agent.first_name == "New"
        assert Agent.objects.count() == 2

    def test_usernames_are_given_to_users(self, page, owner, db):
        user = UserFactory(username="jane")
        agent = AgentFactory(npn="1234567")
        path = "/admin/plancompare/plancompareuser/"
        file = text("User name,PlanCompare username,Servicing agent", "JANE,jane.pc,1234567")

        confirm(page, path, preview(page, path, file))

        row = PlanCompareUser.objects.get()
        assert (row.user, row.username, row.servicing_agent) == (user, "jane.pc", agent)

    def test_unknown_user_is_named(self, page, db):
        path = "/admin/plancompare/plancompareuser/"

        seen = preview(page, path, text("User name,PlanCompare username", "ghost,g.pc"))

        row = seen.context_data["result"].invalid_rows[0]
        assert row.field_specific_errors == {"User name": ["Nobody signs in as “ghost”."]}

    def test_linked_sales_records_export_their_individual(self, page, db):
        person = IndividualFactory()
        SalesRecordFactory(individual=person, mbi=MBI)

        rows = exported(page, "/admin/individuals/salesrecord/")

        assert rows[0]["Linked individual"] == str(person.pk)
        assert rows[0]["MBI"] == "•••••••MK73"


class TestLargeFiles:
    @pytest.mark.parametrize(
        ("path", "kind"),
        [
            ("/admin/individuals/individual/", "individuals"),
            ("/admin/individuals/salesrecord/", "sales_records"),
            ("/admin/policies/policy/", "policies"),
            ("/admin/plancompare/plancompareuser/", "plancompare_usernames"),
        ],
    )
    def test_are_handed_to_imports_in_the_background(self, path, kind, page, db):
        seen = preview(page, path, text("x" * (5 * 1024 * 1024 + 1)))

        url = reverse("imports:import_list", query={"new": kind})
        assert f'<a href="{url}">import it in the background</a>' in seen.text
        assert f'<option value="{kind}" selected>' in page.get(url).text

    def test_of_too_many_rows_are_handed_on_as_well(self, page, db):
        file = text("First name", *["x"] * 5_001)

        seen = preview(page, "/admin/individuals/individual/", file)

        assert "import it in the background" in seen.text

    def test_are_only_refused_where_nothing_else_takes_them(self, page, db):
        seen = preview(page, "/admin/policies/carrier/", text("x" * (5 * 1024 * 1024 + 1)))

        assert "at most 5 MB" in seen.text
        assert "in the background" not in seen.text
