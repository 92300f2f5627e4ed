"""Pages of the admin: who gets them, what is on them, how many queries they take."""

from datetime import UTC, datetime

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencyhub.accounts.models import ApiKey
from agencyhub.accounts.roles import ADMIN, AGENT, ensure_default_roles
from agencyhub.records import history
from agencyhub.records.models import Batch, CustomField, Entry, Option
from individuals.models import RevealLog
from integrations.models import Heartbeat, InboundMessage
from integrations.plancompare.models import (
    EnrollmentKey,
    Handoff,
    PlanCompareUser,
    QuotingLink,
    Site,
)
from tests.factories.accounts import AgentFactory, RoleFactory, UserFactory
from tests.factories.individuals import (
    MBI,
    AddressFactory,
    IndividualFactory,
    SalesOpportunityFactory,
    SalesRecordFactory,
)
from tests.factories.policies import (
    CarrierAliasFactory,
    CarrierFactory,
    CarrierProductFactory,
    PolicyFactory,
)

OURS = ("accounts", "records", "individuals", "policies", "integrations", "plancompare")
MODELS = [model for model in admin.site._registry if model._meta.app_label in OURS]


def name_of(model: type[Model]) -> str:
    """The start of the names of a model's pages."""
    return f"admin:{model._meta.app_label}_{model._meta.model_name}"


@pytest.fixture
def office(owner) -> None:
    """Twelve rows where rows can be many, one of everything else."""
    ensure_default_roles()
    CustomField.objects.create(target="individual", key="pet", label="Pet", type="text")
    with history.batch(user=owner, channel=Batch.Channel.SYSTEM, summary="Fixture"):
        for number in range(12):
            agent = AgentFactory()
            person = IndividualFactory(mbi=MBI, servicing_agent=agent)
            AddressFactory(individual=person)
            SalesRecordFactory(mbi=MBI, assigned_agent=agent, individual=person)
            SalesOpportunityFactory(individual=person, primary_producer=agent)
            policy = PolicyFactory(subscriber=person, servicing_agent=agent)
            CarrierAliasFactory()
            CarrierProductFactory()
            RevealLog.objects.create(individual=person, user=owner, reason=f"Call {number}")
    site = Site.objects.create(variant="broker", is_active=True)
    QuotingLink.objects.create(site=site, label="2027", sso_url="https://e.example", plan_year=2027)
    PlanCompareUser.objects.create(user=owner, username="owner.pc")
    Heartbeat.objects.create(process="beat", seen_at=datetime.now(UTC))
    ApiKey.objects.create(name="Key", scope="api", prefix="abc", digest=b"1")
    InboundMessage.objects.create(partner="plancompare", body=f'{{"mbi": "{MBI}"}}', digest=b"1")
    EnrollmentKey.objects.create(key="k", is_confirmation=True, policy=policy, last_message_id=1)
    Entry.objects.create(table_name="individuals_individual", record_id=person.pk, text="Called")
    Handoff.objects.create(
        record_type="individual", record_id=1, user=owner, digest=b"1", field_digests={}
    )


class TestAccess:
    def test_sends_strangers_to_the_sign_in_page_of_the_product(self, db):
        answer = Client().get("/admin/individuals/individual/", follow=True)

        last, _ = answer.redirect_chain[-1]
        assert last == "/accounts/login/?next=/admin/individuals/individual/"

    @pytest.mark.parametrize("path", ["/admin/", "/admin/individuals/individual/"])
    def test_is_forbidden_to_agents(self, db, path):
        ensure_default_roles()
        agent = UserFactory(roles=[RoleFactory._meta.model.objects.get(name=AGENT)])
        client = Client()
        client.force_login(agent)

        answer = client.get(path, follow=True)

        assert answer.status_code == 403

    def test_names_no_model_that_the_role_may_not_see(self, db):
        ensure_default_roles()
        role = RoleFactory._meta.model.objects.get(name=ADMIN)
        client = Client()
        client.force_login(UserFactory(is_staff=True, roles=[role]))

        answer = client.get("/admin/")

        assert answer.status_code == 200
        assert "/admin/individuals/individual/" in answer.text
        assert "/admin/auth/" not in answer.text

    def test_shows_staff_with_a_narrow_role_their_own_book_only(self, db):
        agent = AgentFactory()
        user = UserFactory(is_staff=True, may=["individuals.view_individual"], may__reach="own")
        agent.user = user
        agent.save()
        own = IndividualFactory(servicing_agent=agent, last_name="Owned")
        other = IndividualFactory(last_name="Elsewhere")
        client = Client()
        client.force_login(user)

        rows = client.get("/admin/individuals/individual/").text
        refused = client.get(f"/admin/individuals/individual/{other.pk}/change/")

        assert "Owned" in rows
        assert "Elsewhere" not in rows
        assert refused.status_code == 302
        assert client.get(f"/admin/individuals/individual/{own.pk}/change/").status_code == 200


class TestPages:
    def test_group_every_model_under_what_people_do(self, page):
        text = page.get("/admin/").text

        headings = ["People", "Policies and carriers", "Integrations", "Lists and fields"]
        places = [text.index(f">{heading}<") for heading in [*headings, "History"]]
        assert places == sorted(places)
        assert "AgencyHub administration" in text

    def test_lists_show_twelve_rows_with_few_queries_and_no_mbi(self, page, office):
        found = {}
        for model in MODELS:
            with CaptureQueriesContext(connection) as queries:
                answer = page.get(reverse(f"{name_of(model)}_changelist"))
            is_fine = answer.status_code == 200 and len(queries) <= 14 and MBI not in answer.text
            found[model._meta.label] = is_fine or (answer.status_code, len(queries))

        assert found == dict.fromkeys(found, True)

    def test_records_open_without_an_mbi(self, page, office):
        found = {}
        for model in MODELS:
            record = model._default_manager.order_by("-pk").first()
            assert record is not None, f"the office has no {model._meta.verbose_name}"
            answer = page.get(reverse(f"{name_of(model)}_change", args=[record.pk]))
            found[model._meta.label] = answer.status_code == 200 and MBI not in answer.text

        assert found == dict.fromkeys(found, True)

    @pytest.mark.parametrize("path", ["records/batch", "records/change", "individuals/reveallog"])
    def test_history_cannot_be_changed(self, path, page, office):
        assert page.get(f"/admin/{path}/add/").status_code == 403
        assert "_save" not in page.get(f"/admin/{path}/").text

    def test_list_of_carriers_counts_products_in_one_query(
        self, page, db, django_assert_max_num_queries
    ):
        CarrierFactory.create_batch(12)

        with django_assert_max_num_queries(9):
            page.get("/admin/policies/carrier/")


class TestOptions:
    def test_are_edited_in_the_list_and_recorded(self, page, owner, db):
        options = list(Option.objects.filter(list="lead_source").order_by("position", "pk"))
        form = {"form-TOTAL_FORMS": len(options), "form-INITIAL_FORMS": len(options)}
        for place, option in enumerate(options):
            form |= {f"form-{place}-id": option.pk, f"form-{place}-position": place + 10}
        url = "/admin/records/option/?list__exact=lead_source"

        answer = page.post(url, {**form, "_save": "Save"})

        assert answer.status_code == 302
        assert {one.position for one in Option.objects.filter(list="lead_source")} == set(
            range(10, 10 + len(options))
        )
