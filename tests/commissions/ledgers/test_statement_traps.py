"""What real commission statements have in them: classes, totals, copies that overlap."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from agencyhub.imports.models import Import
from agencyhub.imports.selectors import rows as import_rows
from agencyhub.imports.services import checks, commits, files, runs, unattended
from commissions.models import AgentContract, CommissionLine, CommissionSplit
from commissions.services.contracts import share_waiting
from tests.commissions.ledgers import headers
from tests.commissions.ledgers.files import STATEMENT, as_csv, counts, receive, take
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.policies import CarrierFactory

pytestmark = pytest.mark.django_db


def uhc(**cells):
    """A line of UnitedHealthcare's statement: a renewal of November."""
    return {
        "Statement Date": "11/15/2026", "Writing Agent Name": "ORTEGA, LUIS M",
        "Member Name": "LOPEZ, ANA", "AARP Member ID": "912345678", "Plan Type": "MAPD",
        "Commission Action": "Renewal", "Payment Period": "11/2026", "Commission": "26.42",
        **cells,
    }  # fmt: skip


def statement(*lines, **how):
    """Import lines of UnitedHealthcare's statement."""
    content = as_csv(headers.UHC_STATEMENT, lines, below=how.pop("below", ()))
    return take(content, kind=STATEMENT, **how)


def kinds():
    """What the lines are, in the order of the file."""
    return list(CommissionLine.objects.order_by("pk").values_list("kind", flat=True))


class TestClasses:
    def test_negative_amounts_are_chargebacks_whatever_their_label(self):
        statement(
            uhc(Commission="-26.42"), uhc(Commission="(313.00)", **{"Commission Action": "New"})
        )

        assert kinds() == ["chargeback", "chargeback"]

    def test_health_assessments_are_a_bonus_without_a_policy(self):
        statement(
            uhc(**{"Commission Action": "HA Payment", "Member Name": "", "AARP Member ID": "",
                   "Commission": "25.00"})
        )  # fmt: skip

        assert kinds() == ["bonus"]

    def test_penny_lines_of_drug_plans_are_overrides(self):
        statement(uhc(**{"Plan Type": "PARTD", "Commission": "0.01"}))

        assert kinds() == ["override"]

    def test_pairs_of_service_fee_and_broker_level_are_override_and_commission(self):
        cells = {"Member ID": "C1", "Pay Period": "11/2026", "Writing Broker Name": "L Ortega"}
        rows = [
            {**cells, "Payment Type": "Service Fee", "Payment Description": "Initial",
             "Amount": "9"},
            {**cells, "Payment Type": "Broker Level 1", "Payment Description": "Initial",
             "Amount": "600"},
        ]  # fmt: skip

        take(as_csv(headers.HEALTHSPRING_STATEMENT, rows), kind=STATEMENT)

        assert sorted(kinds()) == ["initial", "override"]

    def test_comments_say_override(self):
        row = {"CommRunDt": "5-3-26", "GrpName": "LOPEZ ANA", "UMID": "H1", "PaidAmount": "5.00",
               "FrstYrRnwl": "F", "Comment": "Agency override"}  # fmt: skip

        take(as_csv(headers.HUMANA_STATEMENT, [row]), kind=STATEMENT)

        assert kinds() == ["override"]


class TestTotals:
    def test_gross_share_and_paid_below_the_table_are_compared_never_imported(self):
        at = headers.UHC_STATEMENT.index("Commission")
        below = [
            [label, *[""] * (at - 1), amount]
            for label, amount in (("Gross", "52.84"), ("gross x .55", "29.06"), ("Paid", "29.06"))
        ]

        run = statement(uhc(), uhc(**{"AARP Member ID": "7"}), below=below)

        totals = {one.label: (one.ours, one.files, one.is_equal) for one in import_rows.totals(run)}
        assert counts(run) == (2, 0, 0, 0)
        assert totals["Commission (USD)"] == ("$52.84", "$52.84", True)

    def test_say_how_many_rows_there_are(self):
        run = statement(uhc(), below=[["Total records: 2"]])

        (rows,) = [one for one in import_rows.totals(run) if one.label == "Rows"]
        assert (rows.ours, rows.files, rows.is_equal) == ("1", "2", False)

    def test_between_the_lines_are_no_lines(self):
        total = dict.fromkeys(uhc(), "") | {"Member Name": "Total", "Commission": "26.42"}

        run = statement(uhc(), total, uhc(**{"AARP Member ID": "7"}))

        assert counts(run) == (2, 0, 0, 1)


class TestEqualLines:
    def test_of_one_statement_are_two_payments(self):
        run = statement(uhc(), uhc())

        assert counts(run) == (2, 0, 0, 0)

    def test_of_a_copy_are_the_same_and_only_what_is_new_is_added(self):
        statement(uhc(), uhc())

        run = statement(uhc(), uhc(), uhc(), uhc(Commission="1.00"))

        assert counts(run) == (2, 0, 2, 0)
        assert CommissionLine.objects.count() == 4

    def test_without_any_date_of_another_file_are_further_payments(self):
        row = {"Sales Event": "Renewal", "Payee Amount": "28.92", "Member Name": "Ana Lopez",
               "Writing Agent Name": "Ortega, Luis"}  # fmt: skip
        take(as_csv(headers.AETNA_STATEMENT, [row]), kind=STATEMENT)
        other = row | {"Member Name": "Bo Diaz"}

        take(as_csv(headers.AETNA_STATEMENT, [row, other]), kind=STATEMENT)

        assert CommissionLine.objects.count() == 3


class TestRollingStatements:
    def test_lines_that_the_rewritten_month_lacks_are_put_aside_and_come_back(self):
        lines = [uhc(**{"AARP Member ID": str(one)}) for one in range(1, 5)]
        statement(*lines)

        statement(*lines[:3], uhc(**{"AARP Member ID": "9"}))
        aside = CommissionLine.objects.get(superseded_at__isnull=False)
        statement(*(line | {"Area ID": "7"} for line in lines))

        assert aside.member_id == "4"
        assert list(
            CommissionLine.objects.filter(superseded_at__isnull=False).values_list(
                "member_id", flat=True
            )
        ) == ["9"]

    def test_another_statement_of_the_month_supersedes_nothing(self):
        statement(uhc(), uhc(**{"AARP Member ID": "2"}))

        statement(uhc(**{"AARP Member ID": "3"}), uhc(**{"AARP Member ID": "4"}))

        assert not CommissionLine.objects.filter(superseded_at__isnull=False).exists()

    def test_another_month_supersedes_nothing(self):
        statement(uhc(), uhc(**{"AARP Member ID": "2"}))

        statement(uhc(**{"Statement Date": "12/15/2026", "Payment Period": "12/2026"}))

        assert not CommissionLine.objects.filter(superseded_at__isnull=False).exists()


class TestShares:
    def test_add_up_to_the_cent_by_the_contract_of_the_day(self):
        agent = AgentFactory(first_name="Luis", last_name="Ortega")
        above = AgentFactory(first_name="Olivia", last_name="Marsh")
        carrier = CarrierFactory(name="UnitedHealthcare")
        for begins, ends, percent in (
            (date(2025, 1, 1), date(2025, 12, 31), 90), (date(2026, 1, 1), None, 55),
        ):  # fmt: skip
            AgentContract.objects.create(
                agent=agent, carrier=carrier, percent=percent, upline=above,
                upline_percent=Decimal("5.5"), start_date=begins, end_date=ends,
            )  # fmt: skip

        statement(uhc(Commission="10.01"), uhc(Commission="-10.01"))

        shares = CommissionSplit.objects.order_by("line_id", "pk")
        assert list(shares.values_list("agent", "role", "amount")) == [
            (agent.pk, "writing", Decimal("5.51")),
            (above.pk, "upline", Decimal("0.55")),
            (None, "agency", Decimal("3.95")),
            (agent.pk, "writing", Decimal("-5.51")),
            (above.pk, "upline", Decimal("-0.55")),
            (None, "agency", Decimal("-3.95")),
        ]

    def test_of_an_agent_without_contract_wait_for_it(self):
        agent = AgentFactory(first_name="Luis", last_name="Ortega")
        statement(uhc())
        line = CommissionLine.objects.get()
        assert (line.agent, line.splits.count()) == (agent, 0)

        contract = AgentContract.objects.create(
            agent=agent, carrier=line.carrier, percent=55, start_date=date(2026, 1, 1)
        )
        added = share_waiting(contract=contract)

        assert (added, share_waiting(contract=contract)) == (2, 0)


class TestUndo:
    def test_takes_lines_and_shares_back(self):
        agent = AgentFactory(first_name="Luis", last_name="Ortega")
        carrier = CarrierFactory(name="UnitedHealthcare")
        AgentContract.objects.create(
            agent=agent, carrier=carrier, percent=55, start_date=date(2026, 1, 1)
        )
        run = statement(uhc(), uhc())
        assert CommissionSplit.objects.count() == 4

        runs.undo(import_id=run.pk, user=UserFactory(owner=True), at=timezone.now())

        assert not CommissionLine.objects.exists()
        assert not CommissionSplit.objects.exists()


class TestUnattended:
    def test_goes_on_by_itself(self, django_capture_on_commit_callbacks):
        run = receive(as_csv(headers.UHC_STATEMENT, [uhc()]), kind=STATEMENT, unattended=True)
        assert run.state == Import.State.COMMITTING

        commits.commit(import_id=run.pk)

        run.refresh_from_db()
        assert run.state == Import.State.IMPORTED

    def test_asks_for_attention_when_much_is_rejected_and_then_waits_for_the_person(self):
        bad = uhc(Commission="much")
        run = receive(as_csv(headers.UHC_STATEMENT, [uhc(), bad]), kind=STATEMENT, unattended=True)
        assert run.state == Import.State.ATTENTION

        runs.again(import_id=run.pk, user=None)
        checks.stage(import_id=run.pk)

        run.refresh_from_db()
        assert (run.state, run.options.get(runs.UNATTENDED)) == (Import.State.CHECKED, None)
        unattended.go_on(import_id=run.pk)
        assert not CommissionLine.objects.exists()

    def test_needs_to_know_whose_file_it_is(self):
        run = receive(b"Commission,Member ID\n1,2\n", kind=STATEMENT)
        assert run.state == Import.State.MAPPING
        assert files.kinds.of(STATEMENT).layouts
