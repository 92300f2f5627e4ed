"""What real books of business have in them: reference/medicare.md 6.5, trap by trap."""

import io
from datetime import date

import pytest
from openpyxl import Workbook

from agencyhub.imports.models import Import
from agencyhub.imports.selectors import rows as import_rows
from agencyhub.imports.services import checks, commits, mapping, repair, runs
from agencyhub.records import history
from agencyhub.records.models import Batch
from commissions.models import BookRow, MatchRun, WritingNumber
from commissions.services.agents import apply_number
from tests.commissions.ledgers import headers
from tests.commissions.ledgers.files import (
    as_csv,
    as_html,
    as_spreadsheetml,
    counts,
    receive,
    take,
)
from tests.factories.accounts import AgentFactory
from tests.factories.policies import CarrierFactory

pytestmark = pytest.mark.django_db


def humana(**cells):
    """A row of Humana's book: a live member, unless said otherwise."""
    return {
        "MbrFirstName": "Ana", "MbrLastName": "Lopez", "Humana ID": "H71234567",
        "Medicare No": "XXXXXE5MK73", "Birth Date": "03/14/1958", "Status": "Active Policy",
        "Effective Date": "01/01/2026", "Inactive Date": "", "Plan Type": "MAPD",
        "Contract-PBP-Segment ID": "H5216-001-000", "AOR Name": "ORTEGA, LUIS M", **cells,
    }  # fmt: skip


def book(*rows, **how):
    """Import rows of Humana's book."""
    return take(as_csv(headers.HUMANA_BOOK, rows), **how)


def intervals(row):
    """Who was agent of record: name, from, to."""
    found = row.agents_of_record.order_by("start_date")
    return [(one.agent_name, one.start_date, one.end_date) for one in found]


class TestFindingTheTable:
    def test_goes_by_headings_not_by_the_name_of_the_file(self):
        run = book(humana(), name="UHC commission statement.csv")

        assert run.version.template.origin == "humana_book"

    def test_looks_behind_summary_sheets(self):
        workbook = Workbook()
        workbook.active.title = "Overview"
        for line in (["Agent", "Members", "Active", "Lapsed"], *[["Ortega", "1", "1", "0"]] * 30):
            workbook.active.append(line)
        sheet = workbook.create_sheet("Data")
        sheet.append(headers.HUMANA_BOOK)
        sheet.append([humana().get(name, "") for name in headers.HUMANA_BOOK])
        content = io.BytesIO()
        workbook.save(content)

        run = take(content.getvalue(), name="book.xlsx")

        assert run.sheet == "Data"
        assert counts(run) == (1, 0, 0, 0)

    @pytest.mark.parametrize("dress", [as_html, as_spreadsheetml])
    def test_reads_web_pages_and_broken_xml_that_call_themselves_xls(self, dress):
        run = take(dress(headers.HUMANA_BOOK, [humana()]), name="book.xls")

        assert counts(run) == (1, 0, 0, 0)

    def test_finds_headings_below_a_title(self):
        above = [["Book of business"], ["Report date: 11/01/2026"], [], []]

        run = take(as_csv(headers.HUMANA_BOOK, [humana()], above=above))

        assert (run.header_line, counts(run)) == (5, (1, 0, 0, 0))


class TestSeveralRowsOfOneMember:
    @pytest.mark.parametrize(
        ("other", "winner"),
        [
            ({"Inactive Date": "12/31/2026"}, None),
            ({"Inactive Date": "12/31/2026", "Effective Date": "06/01/2026"}, None),
        ],
    )
    def test_keep_the_one_without_an_end(self, other, winner):
        book(humana(**{"Plan Name": "Live"}), humana(**{"Plan Name": "Gone"}, **other))

        assert BookRow.objects.values_list("plan_name", "termination_date").get() == (
            "Live", winner,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("first", "second", "kept"),
        [
            (("01/01/2025", "06/30/2026"), ("01/01/2025", "03/31/2026"), "first"),
            (("01/01/2026", "06/30/2026"), ("01/01/2025", "06/30/2026"), "first"),
            (("01/01/2025", "06/30/2026"), ("01/01/2025", "06/30/2026"), "second"),
        ],
        ids=["later end", "later start", "last of the file"],
    )
    def test_else_keep_the_later_one(self, first, second, kept):
        rows = [
            humana(**{"Plan Name": name, "Effective Date": begins, "Inactive Date": ends})
            for name, (begins, ends) in (("first", first), ("second", second))
        ]

        book(*rows)

        assert BookRow.objects.get().plan_name == kept

    def test_else_keep_the_application_flagged_as_winning(self):
        header = ["Carrier", "Member ID", "Last name", "Plan name", "Winning application"]
        CarrierFactory(name="Humana")
        rows = [
            {"Carrier": "Humana", "Member ID": "H1", "Last name": "Lopez", "Plan name": name,
             "Winning application": wins}
            for name, wins in (("one", "Y"), ("two", "N"))
        ]  # fmt: skip
        run = receive(as_csv(header, rows))
        _map_by_names(run)

        assert BookRow.objects.get().plan_name == "one"


class TestDates:
    @pytest.mark.parametrize("sentinel", ["3000-01-01", "2300-01-01", "9999-12-31", "12/31/9999"])
    def test_that_mean_no_end_are_none(self, sentinel):
        book(humana(**{"Inactive Date": sentinel}))

        assert BookRow.objects.values_list("termination_date", "status").get() == (None, "active")

    def test_of_next_year_do_not_move_a_policy_whose_plan_stays(self):
        book(humana())

        book(humana(**{"Effective Date": "01/01/2027"}), as_of="2026-11-01")

        assert BookRow.objects.get().effective_date == date(2026, 1, 1)

    def test_of_next_year_move_a_policy_whose_plan_changed(self):
        book(humana())

        book(
            humana(**{"Effective Date": "01/01/2027", "Contract-PBP-Segment ID": "H5216-156-000"}),
            as_of="2099-11-01",
        )

        row = BookRow.objects.get()
        assert (row.effective_date, row.plan_id) == (date(2027, 1, 1), "H5216-156-000")

    def test_of_bcbs_nc_mean_renewal_not_termination(self):
        cells = {"Agent Name": "X", "Member Name": "LOPEZ, ANA", "Member Number": "Y1",
                 "ORIGEFFDATE": "01/01/2026", "Term Date": "12/31/2020"}  # fmt: skip

        take(as_csv(headers.BCBS_NC_BOOK, [cells]))

        row = BookRow.objects.get()
        assert (row.status, row.termination_date, row.renewal_date) == (
            "active", None, date(2020, 12, 31),
        )  # fmt: skip


class TestReusedMemberId:
    def test_an_older_termed_row_is_history_and_never_ends_the_live_policy(self):
        book(humana(**{"Effective Date": "01/01/2026"}))

        run = book(
            humana(**{"Effective Date": "01/01/2024", "Inactive Date": "12/31/2025",
                      "Status": "Inactive Policy", "AOR Name": "WHITFIELD, GRACE"}),
            as_of="2099-01-01",
        )  # fmt: skip

        row = BookRow.objects.get()
        assert (row.status, row.termination_date) == ("active", None)
        assert intervals(row) == [
            ("WHITFIELD, GRACE", date(2024, 1, 1), date(2025, 12, 31)),
            ("ORTEGA, LUIS M", date(2026, 1, 1), None),
        ]
        assert counts(run) == (0, 1, 0, 0)

    def test_a_termed_row_that_is_not_older_ends_it(self):
        book(humana())

        book(
            humana(**{"Inactive Date": "06/30/2026", "Status": "Inactive Policy"}),
            as_of="2099-01-01",
        )

        row = BookRow.objects.get()
        assert (row.status, row.termination_date) == ("terminated", date(2026, 6, 30))
        assert intervals(row) == [("ORTEGA, LUIS M", date(2026, 1, 1), date(2026, 6, 30))]

    def test_a_policy_in_force_again_has_no_end_any_more(self):
        book(humana(**{"Inactive Date": "06/30/2026", "Status": "Inactive Policy"}))

        book(humana(), as_of="2099-01-01")

        row = BookRow.objects.get()
        assert (row.status, row.termination_date) == ("active", None)
        assert intervals(row)[-1] == ("ORTEGA, LUIS M", date(2026, 7, 1), None)


class TestWhatIsKnown:
    def test_blanks_are_filled_and_names_never_overwritten(self):
        book(humana(**{"MbrFirstName": "Ana", "Birth Date": ""}))

        book(humana(MbrFirstName="Anna"), as_of="2099-01-01")

        row = BookRow.objects.get()
        assert (row.first_name, row.date_of_birth) == ("Ana", date(1958, 3, 14))

    def test_what_a_person_set_stays(self):
        book(humana())
        with history.batch(user=None, channel=Batch.Channel.SCREEN, summary="Correct"):
            BookRow.objects.update(
                status="deceased", filled={"status": {"user": 1, "at": "2026-11-01"}}
            )

        book(humana(**{"Plan Name": "Other"}), as_of="2099-01-01")

        row = BookRow.objects.get()
        assert (row.status, row.plan_name) == ("deceased", "Other")

    def test_an_older_file_only_fills_blanks(self):
        book(humana(Status="Active Policy"), as_of="2026-11-01")

        book(
            humana(**{"Status": "Inactive Policy", "Inactive Date": "01/31/2026",
                      "Effective Date": "", "Current Premium": "5"}),
            as_of="2026-02-01",
        )  # fmt: skip

        row = BookRow.objects.get()
        assert (row.status, row.premium, row.as_of_date) == ("active", 5, date(2026, 11, 1))


class TestAgentsOfRecord:
    def test_a_change_of_agent_closes_and_opens(self):
        book(humana(), as_of="2026-02-01")

        book(humana(**{"AOR Name": "WHITFIELD GRACE"}), as_of="2026-05-10")

        assert intervals(BookRow.objects.get()) == [
            ("ORTEGA, LUIS M", date(2026, 1, 1), date(2026, 5, 9)),
            ("WHITFIELD GRACE", date(2026, 5, 10), None),
        ]

    def test_the_same_agent_in_other_letters_is_no_change(self):
        AgentFactory(first_name="Luis", last_name="Ortega")
        book(humana(), as_of="2026-02-01")

        book(humana(**{"AOR Name": "Luis Ortega"}), as_of="2026-05-10")

        assert len(intervals(BookRow.objects.get())) == 1

    @pytest.mark.parametrize(
        "cells",
        [
            {"AOR Name": "ORTEGA, LUIS MIGUEL"},
            {"AOR Name": "ORTEGA LUIS M"},
            {"AOR Name": "Luis Ortega"},
            {"AOR Name": "Somebody Else", "AOR SAN": "0012345"},
            {"AOR Name": "", "NPN": "990027316"},
        ],
        ids=["last, first middle", "last first m", "first last", "writing number", "npn"],
    )
    def test_agents_are_found_by_any_form_of_name_and_by_numbers(self, cells):
        agent = AgentFactory(first_name="Luis", last_name="Ortega", npn="990027316")
        carrier = CarrierFactory(name="Humana")
        WritingNumber.objects.create(carrier=carrier, agent=agent, number="12345")

        book(humana(**cells))

        assert BookRow.objects.get().agent == agent

    def test_a_number_that_is_learnt_later_names_the_rows_that_waited(self):
        book(humana(**{"AOR Name": "Nobody Known", "AOR SAN": "0098"}))
        agent, row = AgentFactory(), BookRow.objects.get()
        number = WritingNumber.objects.create(carrier=row.carrier, agent=agent, number="98")

        assert apply_number(number=number) == 1

        row.refresh_from_db()
        assert (row.agent, row.agents_of_record.get().agent) == (agent, agent)


class TestQuarantine:
    def test_a_row_without_number_and_name_waits_for_repair_and_the_rest_goes_in(self):
        lost = dict.fromkeys(("MbrFirstName", "MbrLastName", "Humana ID", "Medicare No"), "")
        run = book(humana(), humana(**lost), humana(**{"Humana ID": "H2", "MbrLastName": "Diaz"}))
        assert counts(run) == (2, 0, 0, 1)
        (problem,) = import_rows.problem_rows(run)

        cells = {**problem.cells, "last_name": "Reyes", "member_id": "H3"}
        checked = repair.repair_row(import_id=run.pk, line=3, cells=cells, user=None)
        runs.start_commit(import_id=run.pk, user=None, is_queued=False)
        _finish(run)

        assert checked.is_valid
        assert set(BookRow.objects.values_list("member_id", flat=True)) == {
            "H71234567", "H2", "H3",
        }  # fmt: skip


class TestImportingAgain:
    def test_changes_nothing_but_the_day_it_was_told(self):
        book(humana(), as_of="2026-10-01")

        run = book(humana(Age="68"), name="another name.csv", as_of="2026-11-01")

        row = BookRow.objects.get()
        assert run.state == Import.State.IMPORTED
        assert (row.as_of_date, row.source_id) == (date(2026, 11, 1), run.pk)
        assert counts(run) == (0, 0, 1, 0)

    def test_masked_and_missing_mbis_do_not_hide_who_it_is(self):
        cells = {"agentName": "X", "memberFirstName": "Ana", "memberLastName": "Lopez",
                 "dateOfBirth": "03/14/1958", "policyEffectiveDate": "01/01/2026"}  # fmt: skip
        take(
            as_csv(
                headers.UHC_BOOK, [{**cells, "mbiNumber": "1EG4TE5MK73", "memberNumber": "9123"}]
            )
        )

        run = take(as_csv(headers.UHC_BOOK_2026, [cells]))

        assert counts(run) == (0, 0, 1, 0)
        assert BookRow.objects.get().mbi.reveal() == "1EG4TE5MK73"

    def test_asks_for_matching(self):
        book(humana())

        assert MatchRun.objects.filter(state=MatchRun.State.WAITING).count() == 1


def _map_by_names(run):
    proposal = mapping.propose(run)
    mapping.save(
        import_id=run.pk,
        columns=[{"header": one.header, "field": one.field_key} for one in proposal.columns],
        template_id=None, name="Test", user=None, is_queued=False,
    )  # fmt: skip
    checks.stage(import_id=run.pk)
    runs.start_commit(import_id=run.pk, user=None, is_queued=False)
    commits.commit(import_id=run.pk)


def _finish(run):
    commits.commit(import_id=run.pk)
