"""The demo agency: what it holds, and that a second run changes nothing."""

import json
from collections import Counter
from datetime import date
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q
from django.utils import timezone

from agencyhub.accounts.models import Agent, ApiKey, User
from agencyhub.home.demo import catalogue, company, people, plancompare, seed
from agencyhub.home.demo.book import write_book
from agencyhub.home.demo.fields import ensure_fields
from agencyhub.home.demo.office import Office
from agencyhub.lib.mbi import read_mbi
from agencyhub.records.models import Batch, Change
from commissions.models import Application, ApplicationRider, Line
from eoi.models import Decision, EoiRequest
from groups.models import Election, EmployerGroup
from individuals.models import Address, DuplicatePair, Individual, SalesRecord
from integrations.models import InboundMessage
from integrations.plancompare.models import PlanCompareUser, QuotingLink, Site
from policies.models import Carrier, CarrierAlias, CarrierProduct, Policy
from sandbox.plancompare import catalogue as sandbox_catalogue
from tests import templates
from tests.home import demo_pay

AS_OF = date(2026, 11, 20)
PERSON = ("first_name", "last_name", "date_of_birth", "mbi_tail", "email", "home_phone", "custom")


def run(command: str, *words: str) -> str:
    out = StringIO()
    call_command(command, *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def office(db) -> Office:
    ensure_fields()
    agents = company.ensure_agents()
    products = company.ensure_catalogue()
    return Office.open(agents=agents, shares=[1] * 8, products=products, as_of=AS_OF)


class TestPeople:
    def test_are_the_same_for_the_same_seed(self):
        first = list(people.people(Random("7/0"), count=50, as_of=AS_OF))
        second = list(people.people(Random("7/0"), count=50, as_of=AS_OF))

        assert first == second

    def test_have_mbis_by_the_position_rules(self):
        made = people.people(Random("8/0"), count=300, as_of=AS_OF)

        mbis = [person.mbi for person in made if person.mbi]

        assert len(mbis) > 200
        assert all(read_mbi(mbi).full == mbi for mbi in mbis)

    @pytest.mark.parametrize(
        ("_case", "born", "start"),
        [
            ("mid-month", date(1961, 8, 20), date(2026, 8, 1)),
            ("born on a first: a month earlier", date(1961, 8, 1), date(2026, 7, 1)),
            ("29 February", date(1960, 2, 29), date(2025, 2, 1)),
        ],
    )
    def test_start_medicare_with_the_month_they_turn_65(self, _case, born, start):
        assert people.medicare_start(born) == start


class TestCatalogue:
    def test_has_25_carriers_and_120_products_under_different_names(self):
        products = catalogue.products()

        assert len(catalogue.CARRIERS) == 25
        assert len(products) == 120
        assert len({(product.carrier, product.name) for product in products}) == 120


class TestWriteBook:
    def test_writes_the_same_book_for_the_same_seed(self, office):
        write_book(office, individuals=60, seed=3)
        write_book(office, individuals=60, seed=3)

        rows = list(Individual.objects.order_by("pk").values_list(*PERSON))
        policies = Policy.objects.order_by("pk").values_list(
            "product_id", "status_id", "effective_date", "premium", "custom"
        )
        assert rows[:60] == rows[60:]
        assert list(policies[:90]) == list(policies[90:])

    def test_keeps_the_proportions_at_any_size(self, office):
        counts = write_book(office, individuals=100, seed=4)

        assert counts["individuals"] == 100
        assert counts["policies"] == 150
        assert counts["sales_records"] == 22
        assert counts["sales_opportunities"] == 8

    def test_gives_coverage_only_with_both_parts_of_medicare(self, office):
        write_book(office, individuals=150, seed=5)

        too_early = Q(effective_date__lt=F("subscriber__part_b_effective_date")) | Q(
            effective_date__lt=F("subscriber__part_a_effective_date")
        )
        assert Policy.objects.count() == 225
        assert not Policy.objects.filter(too_early).exists()
        assert not Policy.objects.filter(subscriber__part_b_effective_date=None).exists()


@pytest.fixture
def seeded(demo, worker_id, django_db_blocker):
    """What the command said of the demo that all tests copy; the ORM works on such a copy."""
    name = f"seeded_{worker_id}"
    templates.copy(demo, name)
    with django_db_blocker.unblock(), templates.using(name):
        yield json.loads((templates.demo_files() / templates.SEEDED).read_text(encoding="utf-8"))
    templates.drop(name)


class TestSeedDemo:
    @pytest.mark.load
    def test_fills_an_empty_database_and_then_changes_nothing(self, seeded):
        assert seeded["is_new"] is True
        assert seeded["counts"]["individuals"] == 2_000
        assert Individual.objects.count() == 2_000
        assert Address.objects.filter(is_primary=True).count() == 2_000
        assert Policy.objects.filter(created_at__isnull=False).count() == 3_001  # one by the sync
        assert SalesRecord.objects.filter(converted_at=None).count() == 400
        assert SalesRecord.objects.filter(converted_at=None).values("stage").distinct().count() == 6
        assert Carrier.objects.filter(needs_review=False).count() == 28  # three of group plans
        assert CarrierAlias.objects.count() == sum(len(row.aliases) for row in catalogue.CARRIERS)
        assert CarrierProduct.objects.count() == 120
        assert Agent.objects.exclude(npn="").count() == 8
        self.check_sign_ins()
        self.check_plancompare()
        self.check_history()
        self.check_duplicates()
        self.check_applications()
        self.check_groups()
        demo_pay.check()

        second = json.loads(run("seed_demo", "--json"))

        assert second == {"is_new": False, "counts": {}}
        assert Individual.objects.count() == 2_000

    @staticmethod
    def check_sign_ins() -> None:
        users = {user.username: user for user in User.objects.all()}
        assert set(users) == {
            "owner", "admin", "agent1", "agent2", "callcenter1", "benefits1",
        }  # fmt: skip
        assert all(user.check_password("agencyhub-demo") for user in users.values())
        assert [name for name in sorted(users) if users[name].is_staff] == ["admin", "owner"]
        assert users["agent1"].agent.npn == "990014207"
        own = Individual.objects.visible_to(users["agent1"]).count()
        assert 0 < own < 1_000
        assert Individual.objects.visible_to(users["owner"]).count() == 2_000

    @staticmethod
    def check_groups() -> None:
        """Groups of every size, and requests for evidence of every age, form and outcome."""
        sizes = EmployerGroup.objects.annotate(size=Count("employees")).values_list("size")
        assert [size for (size,) in sizes.order_by("-size", "pk")] == [
            168, 84, 62, 38, 26, 12, 7, 5,
        ]  # fmt: skip
        waiting = EoiRequest.objects.open()
        assert 60 <= waiting.count() <= 120
        assert set(waiting.values_list("form_status", flat=True)) == set(EoiRequest.Form.values)
        assert waiting.filter(is_expiry_proposed=True).exists()
        assert Election.objects.waiting().count() == waiting.count()
        decided = EoiRequest.objects.values_list("status", flat=True)
        assert set(decided) == set(EoiRequest.Status.values) - {EoiRequest.Status.VOIDED}
        assert Decision.objects.values("action", "channel").distinct().count() > 12

    @staticmethod
    def check_duplicates() -> None:
        """A dozen people who are there twice, and namesakes; no father and son, no twins."""
        waiting = DuplicatePair.objects.open()
        assert waiting.count() == 13
        assert {pair.is_certain for pair in waiting} == {True, False}
        assert not waiting.filter(second__suffix="Jr.").exists()
        assert not waiting.filter(second__first_name="Rosalind").exists()

    @staticmethod
    def check_applications() -> None:
        """A month of them from every source; most people and carriers are known, some are blank."""
        rows = Application.objects.all()
        assert rows.count() > 200
        assert set(rows.values_list("source", flat=True)) == set(Application.Source.values)
        assert set(rows.values_list("line", flat=True)) == set(Line.values)
        assert rows.filter(sharing="limited", mbi_index=None, date_of_birth=None).exists()
        assert rows.filter(carrier=None).exclude(carrier_name="").exists()
        assert rows.filter(agent=None).exclude(agent_name="").exists()
        assert rows.exclude(individual=None).count() > 150
        assert rows.exclude(policy=None).count() > 100
        assert ApplicationRider.objects.exists()

    @staticmethod
    def check_plancompare() -> None:
        site = Site.objects.get(is_active=True)
        assert site.partner_id == "SB-PARTNER-1"
        assert site.sync_enrollments is True
        links = site.links.order_by("position")
        today = timezone.localdate()
        assert [(link.label, link.sso_url) for link in links] == [
            (f"{year} quotes", f"http://127.0.0.1:8001/plancompare/sso/{year}")
            for year in plancompare.plan_years(today)
        ]
        assert links[0].valid_from <= today <= links[0].valid_to
        assert links[2].valid_to < today
        usernames = PlanCompareUser.objects.values_list("username", "servicing_agent__last_name")
        assert dict(usernames) == {
            "owner.pc": "Marsh",
            "agent1.pc": "Whitfield",
            "agent2.pc": "Ortega",
            "callcenter1.pc": "Reyes",
        }
        states = Counter(InboundMessage.objects.values_list("state", flat=True))
        assert states == {"held": 2, "failed": 1, "applied": 1}

    @staticmethod
    def check_history() -> None:
        batch = Batch.objects.get(summary="Load the demo agency")
        changes = Change.objects.filter(batch=batch, table_name="individuals_individual")
        assert changes.filter(action=Change.Action.INSERT).count() == 2_000

    def test_leaves_a_database_alone_that_has_users_of_its_own(self, db):
        User.objects.create(username="somebody")

        with pytest.raises(CommandError, match="users of its own"):
            run("seed_demo")

        assert User.objects.count() == 1
        assert Agent.objects.count() == 0

    def test_refuses_a_scale_below_one(self, db):
        with pytest.raises(CommandError, match="1 or more"):
            run("seed_demo", "--scale", "0")


class TestGenerateData:
    def test_adds_people_but_no_users_and_no_settings(self, db):
        out = run("generate_data", "--individuals", "20", "--seed", "9")

        assert "20 individuals" in out
        assert Individual.objects.count() == 20
        assert not User.objects.exists()
        assert not Site.objects.exists()


class TestQuotingLinks:
    @pytest.mark.parametrize(
        ("on", "latest"),
        [
            (date(2026, 12, 31), 2027),
            (date(2027, 1, 1), 2027),
            (date(2027, 9, 30), 2027),
            (date(2027, 10, 1), 2028),
        ],
    )
    def test_the_newest_is_for_what_is_sold_and_the_sandbox_takes_two(self, on, latest):
        years = list(plancompare.plan_years(on))

        assert years == [latest, latest - 1, latest - 2]
        assert list(sandbox_catalogue.plan_years(on)) == years[:2]


class TestSandbox:
    def test_key_is_added_once(self, db, settings):
        settings.SANDBOX_API_KEY = "a-key-for-the-sandbox"

        assert seed.ensure_sandbox_key() is True
        assert seed.ensure_sandbox_key() is False

        key = ApiKey.objects.get()
        assert key.scope == ApiKey.Scope.PLANCOMPARE

    def test_links_follow_the_sandbox_to_another_port(self, db, settings):
        site = Site.objects.create(variant="broker", partner_id=plancompare.PARTNER_ID)
        old = "http://127.0.0.1:8001/plancompare/sso/2027"
        QuotingLink.objects.create(site=site, label="2027 quotes", plan_year=2027, sso_url=old)
        own = "https://example.com/sso"
        QuotingLink.objects.create(site=site, label="Our link", plan_year=2027, sso_url=own)
        settings.SANDBOX_URL = "http://127.0.0.1:9001"

        mended = plancompare.point_links_at_sandbox()

        assert mended == 1
        assert list(site.links.order_by("pk").values_list("sso_url", flat=True)) == [
            "http://127.0.0.1:9001/plancompare/sso/2027",
            own,
        ]
