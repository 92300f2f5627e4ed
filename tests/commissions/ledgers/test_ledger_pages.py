"""Pages and API of books of business and commissions."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role
from commissions.models import AgentOfRecord, BookRow, CommissionSplit
from tests.commissions.ledgers import headers
from tests.commissions.ledgers.files import as_csv, take
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import BookRowFactory, CommissionLineFactory

pytestmark = pytest.mark.django_db
RIGHTS = (
    "commissions.view_bookrow",
    "commissions.change_bookrow",
    "commissions.view_commissionline",
    "imports.run_import",
    "imports.view_import",
)


@pytest.fixture
def agent():
    return AgentFactory(first_name="Luis", last_name="Ortega")


@pytest.fixture
def everybody(client):
    user = UserFactory(is_superuser=True)
    client.force_login(user)
    return user


@pytest.mark.parametrize("name", ["bookrow", "commissionline"])
class TestLists:
    def test_show_the_rows_in_few_queries(
        self, name, client, everybody, django_assert_max_num_queries
    ):
        make = BookRowFactory if name == "bookrow" else CommissionLineFactory
        make.create_batch(12, last_name="Diaz", first_name="Bo")

        with django_assert_max_num_queries(24):
            page = client.get(reverse(f"commissions:{name}_list"))

        assert page.content.count(b"Bo Diaz") == 12

    def test_refuse_who_has_no_right(self, name, client):
        client.force_login(UserFactory())

        assert client.get(reverse(f"commissions:{name}_list")).status_code == 403


class TestBookRowPage:
    def test_says_what_the_carrier_says_and_as_of_when(self, client, everybody, agent):
        row = BookRowFactory(as_of_date=date(2026, 11, 5), agent=agent, mbi_tail="MK73")
        AgentOfRecord.objects.create(book_row=row, agent=agent, start_date=date(2026, 1, 1))

        page = client.get(reverse("commissions:bookrow_detail", args=[row.pk])).content.decode()

        for words in ("Active Policy", "11/05/2026", "Luis Ortega", "01/01/2026", "still"):
            assert words in page
        assert "••••" in page or "MK73" in page

    def test_is_nobody_elses(self, client, agent):
        row = BookRowFactory(agent=agent)
        user = UserFactory(may=RIGHTS, may__reach=Role.Scope.OWN)
        client.force_login(user)

        assert client.get(reverse("commissions:bookrow_detail", args=[row.pk])).status_code == 404

    def test_keeps_what_a_person_corrects(self, client, everybody):
        row = BookRowFactory()
        url = reverse("commissions:bookrow_edit", args=[row.pk])
        values = {
            "status": "terminated", "line": row.line, "plan_id": row.plan_id,
            "policy_number": row.policy_number, "effective_date": "01/01/2027",
            "termination_date": "12/31/2026",
        }  # fmt: skip

        refused = client.post(url, values)
        client.post(url, values | {"termination_date": "01/31/2027"})

        row.refresh_from_db()
        assert refused.status_code == 422
        assert (row.status, row.termination_date) == ("terminated", date(2027, 1, 31))
        assert set(row.filled) == {"status", "termination_date"}


class TestCommissionLinePage:
    def test_says_who_shares_in_it(self, client, everybody, agent):
        line = CommissionLineFactory(agent=agent)
        CommissionSplit.objects.create(
            line=line,
            agent=agent,
            role="writing",
            percent=Decimal("55.5"),
            amount=Decimal("402.38"),
        )

        url = reverse("commissions:commissionline_detail", args=[line.pk])
        page = client.get(url).content.decode()

        assert "$402.38" in page
        assert "55.5%" in page

    def test_flags_an_agent_without_contract(self, client, everybody, agent):
        line = CommissionLineFactory(agent=agent)

        url = reverse("commissions:commissionline_detail", args=[line.pk])
        page = client.get(url).content.decode()

        assert "No active contract" in page


class TestQuarantine:
    def test_lists_rows_that_name_nobody_with_the_way_to_repair(self, client, everybody):
        row = {"Status": "Active Policy", "Effective Date": "01/01/2026"}
        known = row | {"Humana ID": "H1", "MbrLastName": "Lopez"}
        run = take(as_csv(headers.HUMANA_BOOK, [known, row]), name="november.csv")

        page = client.get(reverse("commissions:quarantine_list")).content.decode()

        assert "november.csv" in page
        assert "Line 3" in page
        assert reverse("imports:problem_list", args=[run.pk]) in page


class TestApi:
    @pytest.mark.parametrize("path", ["book-of-business", "commission-lines"])
    def test_reads_and_never_shows_an_mbi(self, path, client, everybody):
        make = BookRowFactory if path == "book-of-business" else CommissionLineFactory
        row = make(mbi_tail="MK73")

        found = client.get(f"/api/v1/{path}/").json()["results"]
        one = client.get(f"/api/v1/{path}/{row.pk}/").json()

        assert [item["id"] for item in found] == [row.pk]
        assert one["masked_mbi"].endswith("MK73")
        assert "mbi" not in one
        assert client.post(f"/api/v1/{path}/", {}).status_code in (403, 405)

    def test_filters_book_rows(self, client, everybody):
        BookRowFactory(status="terminated")
        wanted = BookRowFactory(status=BookRow.Status.ACTIVE)

        found = client.get("/api/v1/book-of-business/?status=active&linked=false").json()

        assert [item["id"] for item in found["results"]] == [wanted.pk]
