"""The board at 50,000 requests that wait: no statement reads more of them than it has to."""

import json
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from eoi.models import EoiRequest
from tests.factories.accounts import UserFactory
from tests.factories.eoi import EoiRequestFactory

pytestmark = [pytest.mark.load, pytest.mark.django_db]
BOARD = reverse("eoi:request_list")
WAITING, FIRST = 50_000, 1_000_000
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
# A page of 50 and what it shows of each, and counts up to a thousand: by far less than all.
MOST_READ = 10_000


def multiply(row, **own):
    """Insert the row again and again, numbered ``n``; ``own`` are SQL for columns that differ."""
    table = row._meta.db_table
    columns = [one.column for one in row._meta.concrete_fields if not one.generated]
    values = ", ".join(own.get(name, f"one.{name}") for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} one,"
            f" generate_series({FIRST}, {FIRST + WAITING - 1}) n WHERE one.id = {row.pk}"
        )


@pytest.fixture
def crowd():
    """Requests of the last forty days; every thousandth may expire."""
    for covers in ("spouse", "child"):
        EoiRequestFactory(opened_date=NOW.date(), election__benefit__covers=covers)
    asked = EoiRequestFactory(opened_date=NOW.date())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no history of the crowd
    multiply(asked.employee, id="n", external_id="'E' || n")
    multiply(asked.election, id="n", employee_id="n")
    multiply(
        asked, id="n", employee_id="n", election_id="n", opened_date="one.opened_date - n % 40",
        is_expiry_proposed="n % 1000 = 0",
        form_status="CASE WHEN n % 500 = 0 THEN 'complete' ELSE one.form_status END",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE")


def costs(client, url):
    """The page, and the statements about requests that it made."""
    with CaptureQueriesContext(connection) as seen:
        page = client.get(url)
    assert page.status_code == 200
    return page, [one["sql"] for one in seen.captured_queries if "eoi_eoirequest" in one["sql"]]


def rows_read(sql):
    """How many rows of requests a statement reads, as PostgreSQL counts them."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
        (found,) = cursor.fetchone()
    plan = found if isinstance(found, list) else json.loads(found)
    return _read(plan[0]["Plan"])


def _read(node):
    is_ours = node.get("Relation Name") == "eoi_eoirequest"
    passed_over = node.get("Rows Removed by Filter", 0)
    own = (node["Actual Rows"] + passed_over) * node["Actual Loops"] if is_ours else 0
    return own + sum(_read(one) for one in node.get("Plans", ()))


class TestBoardBudget:
    def test_reads_a_page_and_no_more_however_many_wait(self, client, crowd):
        client.force_login(UserFactory(owner=True))
        group = EoiRequest.objects.values_list("group", flat=True).latest("pk")
        with time_machine.travel(NOW, tick=False):
            first, _ = costs(client, BOARD)
            deep = f"{BOARD}?after={EoiRequest.objects.order_by('opened_date')[25_000].pk}"
            queries = set()
            for url in (BOARD, f"{BOARD}?sort=-age", f"{BOARD}?age=20", deep,
                        f"{BOARD}?group={group}"):  # fmt: skip
                page, statements = costs(client, url)
                queries.add(len(statements))
                assert len(page.context["rows"]) == 50
                assert sum(map(rows_read, statements)) <= MOST_READ, url

            rare = EoiRequest.objects.filter(election__benefit__covers="spouse").get()
            carrier = rare.election.requested_plan.carrier_id
            for query in (f"group={rare.group_id}", f"carrier={carrier}", "covers=spouse",
                          "form=complete", "expiry=yes", "opened_from=2026-11-22"):  # fmt: skip
                page, statements = costs(client, f"{BOARD}?{query}")
                assert page.context["rows"]
                assert sum(map(rows_read, statements)) <= MOST_READ, query

        assert first.context["every"] == "1,000+"
        assert max(queries) <= 8
        assert first.context["rows"][0].item.opened_date == date(2026, 10, 14)
