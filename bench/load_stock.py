"""An agency with three policies a person and ten million commission lines, written by the database.

Rows come without triggers and before their indexes, which are built afterwards: what is measured
is who reads them, not how they came.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from bench import population, results
from commissions.models import Application, BookLink, BookRow, CommissionLine, LineLink
from individuals.services import search_index
from policies.models import Policy

POLICIES_EACH = 3
# A policy of each person for each third of six years; most of the older ones have ended.
_POLICIES = """
INSERT INTO policies_policy (policy_number, app_submit_date, effective_date, termination_date,
    premium, carrier_id, coverage_type_id, product_id, servicing_agent_id, status_id, subscriber_id)
SELECT 'LD' || lpad(person.id::text, 9, '0') || '-' || turn, born.day - 20, born.day,
    CASE WHEN ended THEN born.day + 300 END, ((hashint8(person.id) & 2147483647) %% 90) + 0.5,
    product.carrier_id, %(coverage)s, product.id, person.servicing_agent_id,
    CASE WHEN ended THEN %(terminated)s ELSE %(effectuated)s END, person.id
FROM individuals_individual AS person
CROSS JOIN generate_series(0, %(each)s - 1) AS turn
CROSS JOIN LATERAL (
    SELECT (date '2021-01-01' + interval '1 month'
        * (turn * 24 + (hashint8(person.id) & 2147483647) %% 24))::date AS day
) AS born
CROSS JOIN LATERAL (
    SELECT turn < 2 OR (hashint8(person.id * 7) & 2147483647) %% 10 = 0 AS ended
) AS fate
JOIN bench_product AS product
    ON product.n = (hashint8(person.id * 31 + turn) & 2147483647) %% %(products)s
WHERE person.id > %(first)s
"""
_PRODUCTS = """
CREATE TEMP TABLE bench_product AS
SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, carrier_id FROM policies_carrierproduct
"""
_APPLICATIONS = """
INSERT INTO commissions_application (source, external_id, first_name, last_name, date_of_birth,
    policy_number, confirmation_number, effective_date, premium, submitted_at, plan_year,
    match_state, agent_id, carrier_id, carrier_name, individual_id, policy_id)
SELECT 'api', policy.policy_number, person.first_name, person.last_name, person.date_of_birth,
    policy.policy_number, 'C' || policy.id, policy.effective_date, policy.premium,
    policy.app_submit_date, extract(year FROM policy.effective_date)::int,
    CASE (hashint8(policy.id) & 2147483647) %% 50
        WHEN 0 THEN 'not_found' WHEN 1 THEN 'commission_issue' ELSE 'complete' END,
    policy.servicing_agent_id, policy.carrier_id, carrier.name, person.id, policy.id
FROM policies_policy AS policy
JOIN individuals_individual AS person ON person.id = policy.subscriber_id
JOIN policies_carrier AS carrier ON carrier.id = policy.carrier_id
WHERE policy.id > %(first)s
"""
_BOOK = """
INSERT INTO commissions_bookrow (first_name, last_name, date_of_birth, policy_number, member_id,
    effective_date, termination_date, premium, status, as_of_date, agent_id, carrier_id,
    carrier_name, policy_id)
SELECT first_name, last_name, date_of_birth, policy_number, 'M' || id, effective_date, NULL,
    premium, 'active', date '2026-11-01', agent_id, carrier_id, carrier_name, policy_id
FROM commissions_application
WHERE id > %(first)s AND match_state <> 'not_found'
"""
# Every line that is paid for an application that was found, month after month.
_LINES = """
INSERT INTO commissions_commissionline (first_name, last_name, date_of_birth, policy_number,
    effective_date, kind, amount, statement_date, paid_date, payment_period, months, agent_id,
    carrier_id, carrier_name, member_id)
SELECT row.first_name, row.last_name, row.date_of_birth, row.policy_number, row.effective_date,
    CASE month WHEN 0 THEN 'initial' ELSE 'renewal' END, 20 + (hashint8(row.id) & 2147483647) %% 40,
    (row.effective_date + interval '1 month' * (month + 1))::date,
    (row.effective_date + interval '1 month' * (month + 1))::date + 9,
    (row.effective_date + interval '1 month' * month)::date, 1, row.agent_id, row.carrier_id,
    row.carrier_name, row.member_id
FROM commissions_bookrow AS row CROSS JOIN generate_series(0, %(months)s - 1) AS month
WHERE row.id > %(first)s
LIMIT %(lines)s
"""
_BOOK_LINKS = """
INSERT INTO commissions_booklink (state, method, score, reasons, application_id, book_row_id)
SELECT 1, 3, 1, '{1}', application.id, row.id
FROM commissions_application AS application
JOIN commissions_bookrow AS row ON row.policy_id = application.policy_id
WHERE application.id > %(first)s
"""
_LINE_LINKS = """
INSERT INTO commissions_linelink (state, method, score, reasons, application_id, line_id)
SELECT 1, 3, 1, '{1}', application.id, line.id
FROM commissions_application AS application
JOIN commissions_commissionline AS line ON line.policy_number = application.policy_number
WHERE application.id > %(first)s
"""
_INDEXES = """
SELECT indexdef, format('%%I.%%I', schemaname, indexname) FROM pg_indexes
WHERE tablename = %s AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""
_OPTIONS = """
SELECT (SELECT min(id) FROM records_option WHERE list = 'coverage_type') AS coverage,
    (SELECT min(id) FROM records_option WHERE list = 'policy_status' AND meaning = 'terminated'),
    (SELECT min(id) FROM records_option WHERE list = 'policy_status' AND meaning = 'effectuated')
"""


def fill(*, individuals: int, lines: int) -> dict[str, int]:
    """Add so many people with three policies each, and lines for them; say what there is."""
    before = _last(Policy), _last(Application), _last(BookRow)
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM individuals_individual")
        (person,) = cursor.fetchone()
    population.add_people(individuals)
    results.note("indexing the people for the search")
    search_index.index_waiting()
    policy, application, row = before
    with connection.cursor() as cursor:
        cursor.execute(_OPTIONS)
        coverage, terminated, effectuated = cursor.fetchone()
        cursor.execute(_PRODUCTS)
        cursor.execute("SELECT count(*) FROM bench_product")
        (products,) = cursor.fetchone()
    chosen = {
        "coverage": coverage, "terminated": terminated, "effectuated": effectuated,
        "each": POLICIES_EACH, "products": products, "first": person,
    }  # fmt: skip
    months = -(-lines // (individuals * POLICIES_EACH)) + 1
    _add(Policy, _POLICIES, chosen)
    _add(Application, _APPLICATIONS, {"first": policy})
    _add(BookRow, _BOOK, {"first": application})
    _add(CommissionLine, _LINES, {"first": row, "months": months, "lines": lines})
    _add(BookLink, _BOOK_LINKS, {"first": application})
    _add(LineLink, _LINE_LINKS, {"first": application})
    results.note("analysing")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    models = (Policy, Application, BookRow, CommissionLine, LineLink)
    return {model.__name__: model._default_manager.count() for model in models}


def _last(model: type) -> int:
    newest = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()  # type: ignore[attr-defined]
    return newest or 0


def _add(model: type, statement: str, params: dict[str, int]) -> None:
    """Run an INSERT without triggers and with only the keys' indexes."""
    table = model._meta.db_table  # type: ignore[attr-defined]
    results.note(f"filling {table}")
    with connection.cursor() as cursor, _bare(table):
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, params)
        cursor.execute("SET session_replication_role = DEFAULT")
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


@contextmanager
def _bare(table: str) -> Iterator[None]:
    """Take a table's indexes away and build them again."""
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(_INDEXES, [table])
        indexes = cursor.fetchall()
        for _, name in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for definition, _ in indexes:
            cursor.execute(definition)
