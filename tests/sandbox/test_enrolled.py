"""What was enrolled on any site of the sandbox, as the carriers see it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from sandbox import enrolled
from sandbox.enrolled import Enrolled
from sandbox.server import Sandbox
from sandbox.store import Store
from tests.sandbox.fakes import Browser

ANA = Enrolled(
    site="healthsherpa",
    carrier="Humana",
    plan_id="H5216-001-000",
    plan_name="Humana Gold Plus H5216-001",
    plan_type="MAPD",
    first_name="Ana",
    last_name="Lopez",
    date_of_birth=date(1958, 3, 14),
    effective_date=date(2027, 1, 1),
    submitted_at=datetime(2026, 10, 15, 14, 30, tzinfo=UTC),
    confirmation_number="HS-1",
    premium=Decimal("12.50"),
)


class TestEnrolled:
    def test_is_remembered_by_the_next_process(self, tmp_path):
        store = Store(tmp_path)
        store.add_tables(enrolled.TABLES)
        enrolled.add(store, ANA, replace(ANA, carrier="Aetna Medicare", confirmation_number="2"))
        store.close()

        found = enrolled.every(Store(tmp_path))

        assert [each.carrier for each in found] == ["Humana", "Aetna Medicare"]
        assert found[0] == ANA

    def test_told_twice_is_one_with_the_later_words(self, tmp_path):
        store = Store(tmp_path)
        store.add_tables(enrolled.TABLES)
        enrolled.add(store, ANA)

        enrolled.add(store, replace(ANA, effective_date=date(2027, 2, 1)))

        (found,) = enrolled.every(store, "Humana")
        assert found.effective_date == date(2027, 2, 1)

    def test_knows_whom_plancompare_enrolled_and_who_sold_it(self, options):
        with Sandbox(options) as sandbox:
            browser = Browser(sandbox.url)
            person = browser.hand_off(username="agent1.pc").location
            form = {
                "plan": "H5216-001-000",
                "form_key": "k",
                "submission_date": "2026-10-15",
                "application_effective_date": "2027-01-01",
            }
            browser.post(f"{person}/enroll", form)

            (found,) = enrolled.every(sandbox.store)

        assert (found.carrier, found.first_name, found.mbi) == ("Humana", "Ana", "1EG4TE5MK73")
        assert (found.confirmation_number, found.npn) == ("CN100001", "990014207")
        assert found.effective_date == date(2027, 1, 1)

    def test_forgets_with_plancompare(self, options):
        with Sandbox(options) as sandbox:
            browser = Browser(sandbox.url)
            enrolled.add(sandbox.store, ANA, replace(ANA, site="plancompare"))

            browser.send("/control/reset", {})

            assert enrolled.every(sandbox.store) == [ANA]
