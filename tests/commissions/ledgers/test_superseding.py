"""Statements that are written anew: what the dry run foresees, and what lists leave out."""

import pytest
from django.urls import reverse

from commissions.models import CommissionLine
from commissions.selectors import by_hand, unapplied
from tests.commissions.ledgers import headers
from tests.commissions.ledgers.files import STATEMENT, as_csv, receive, take
from tests.factories.accounts import UserFactory
from tests.factories.commissions import ApplicationFactory, CommissionLineFactory

pytestmark = pytest.mark.django_db


def november(*members, **cells):
    """UnitedHealthcare's statement of November, with a renewal of each of ``members``."""
    line = {
        "Statement Date": "11/15/2026", "Writing Agent Name": "ORTEGA, LUIS M",
        "Member Name": "LOPEZ, ANA", "Plan Type": "MAPD", "Commission Action": "Renewal",
        "Payment Period": "11/2026", "Commission": "26.42", **cells,
    }  # fmt: skip
    rows = [line | {"AARP Member ID": one} for one in members]
    return as_csv(headers.UHC_STATEMENT, rows)


def foreseen(run):
    """What the dry run says, by label: how many lines, of which file."""
    return [(one["label"], one["count"], one["file_name"]) for one in run.mark["foreseen"]]


@pytest.fixture
def owner():
    return UserFactory(owner=True)


class TestDryRun:
    def test_tells_lines_that_go_by_file_and_those_that_come_back(self, owner, client):
        take(november("1", "2", "3", "4"), kind=STATEMENT, name="early.csv", user=owner)

        run = receive(november("1", "2", "3"), kind=STATEMENT, name="late.csv", user=owner)

        assert foreseen(run) == [("superseded", 1, "early.csv")]
        assert not CommissionLine.objects.exclude(superseded_at=None).exists()
        client.force_login(owner)
        page = client.get(reverse("imports:import_detail", args=[run.pk])).content.decode()
        assert "Lines of the earlier “early.csv” that this copy lacks: 1." in page

    def test_is_what_the_import_then_does(self, owner):
        take(november("1", "2", "3", "4"), kind=STATEMENT, name="early.csv", user=owner)
        take(november("1", "2", "3"), kind=STATEMENT, name="late.csv", user=owner)
        aside = CommissionLine.objects.get(superseded_at__isnull=False)
        assert aside.member_id == "4"

        run = take(
            november("1", "2", "4", **{"Area ID": "7"}), kind=STATEMENT, name="last.csv", user=owner
        )

        assert foreseen(run) == [("counts_again", 1, ""), ("superseded", 1, "late.csv")]
        assert CommissionLine.objects.get(superseded_at__isnull=False).member_id == "3"

    def test_foresees_nothing_in_another_month_or_a_final_statement(self, owner):
        take(november("1", "2"), kind=STATEMENT, name="early.csv", user=owner)
        december = {"Statement Date": "12/15/2026", "Payment Period": "12/2026"}

        run = receive(november("1", **december), kind=STATEMENT, name="december.csv", user=owner)

        assert foreseen(run) == []


class TestLists:
    def test_leave_superseded_lines_out(self, owner, client):
        counts = CommissionLineFactory(policy_number="H77", last_name="Counts")
        aside = CommissionLineFactory(
            policy_number="H77", last_name="Aside", superseded_at="2026-11-20T12:00Z"
        )

        found = by_hand.search(
            ApplicationFactory(), number="H77", last_name="", first_name="", user=owner
        )

        assert list(unapplied.lines(owner)) == [counts]
        assert [one.row for one in found] == [counts]
        client.force_login(owner)
        url = reverse("commissions:commissionline_list")
        usual, asked = (
            client.get(url + query).content.decode() for query in ("", "?superseded=yes")
        )
        assert (counts.last_name in usual, aside.last_name in usual) == (True, False)
        assert (counts.last_name in asked, aside.last_name in asked) == (False, True)
