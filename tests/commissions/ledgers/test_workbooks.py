"""Workbooks with a statement of a carrier on each sheet: one upload, an import for each."""

import pytest
from django.urls import reverse

from agencyhub.imports.models import Import
from agencyhub.imports.services import checks, commits, runs, sheets
from commissions.models import CommissionLine
from tests.commissions.ledgers import headers
from tests.commissions.ledgers.files import STATEMENT, receive, take
from tests.factories.accounts import UserFactory
from tests.lib.reading.files import xlsx

pytestmark = pytest.mark.django_db
UHC = {
    "Statement Date": "11/15/2026", "Writing Agent Name": "ORTEGA, LUIS",
    "Member Name": "LOPEZ, ANA", "AARP Member ID": "1", "Plan Type": "MAPD",
    "Commission Action": "Renewal", "Payment Period": "11/2026", "Commission": "26.42",
}  # fmt: skip
HUMANA = {
    "CommRunDt": "5-3-26", "GrpName": "DIAZ BO", "UMID": "H1", "PaidAmount": "5.00",
    "FrstYrRnwl": "F",
}  # fmt: skip


def workbook():
    def table(header, *rows):
        return [header, *([row.get(name, "") for name in header] for row in rows)]

    both = {
        "UHC May": table(headers.UHC_STATEMENT, UHC, UHC | {"AARP Member ID": "2"}),
        "Humana May": table(headers.HUMANA_STATEMENT, HUMANA),
    }
    return xlsx(["Summary", "Paid"], ["All", "57.84"], **both)


@pytest.fixture
def owner(client):
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


class TestNextSheet:
    def test_is_offered_with_the_result_and_read_without_another_upload(
        self, owner, client, django_capture_on_commit_callbacks
    ):
        run = take(workbook(), kind=STATEMENT, name="may.xlsx", user=owner)
        page = reverse("imports:import_detail", args=[run.pk])
        assert (run.sheet, sheets.others(run)) == ("UHC May", ["Humana May"])
        assert "Humana May" in client.get(page).content.decode()

        answer = client.post(
            reverse("imports:import_next_sheet", args=[run.pk]), {"sheet": "Humana May"}
        )

        also = Import.objects.get(sheet="Humana May")
        assert answer.url == reverse("imports:import_detail", args=[also.pk])
        checks.stage(import_id=also.pk)
        runs.start_commit(import_id=also.pk, user=owner, is_queued=False)
        commits.commit(import_id=also.pk)
        assert CommissionLine.objects.count() == 3
        assert (also.file, sheets.others(also)) == (run.file, [])
        assert "Humana May" not in client.get(page).content.decode()

    def test_that_is_read_already_or_sums_up_is_refused(self, owner, client):
        run = take(workbook(), kind=STATEMENT, name="may.xlsx", user=owner)

        for sheet in ("UHC May", "Sheet"):
            client.post(reverse("imports:import_next_sheet", args=[run.pk]), {"sheet": sheet})

        assert Import.objects.count() == 1


class TestUnattended:
    def test_brings_every_sheet(self, owner):
        run = receive(workbook(), kind=STATEMENT, name="may.xlsx", unattended=True)

        also = Import.objects.exclude(pk=run.pk).get()

        assert (also.sheet, also.options) == ("Humana May", run.options)
