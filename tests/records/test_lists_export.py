"""Exports of lists: exactly the rows of the list, masked, without formulas, and noted."""

import csv
import io

import pytest
from django.http import QueryDict
from django.urls import reverse
from openpyxl import load_workbook

from agencyhub.accounts.models import Role
from agencyhub.lib import keyset
from agencyhub.records.lists import export, registry, state
from agencyhub.records.lists.models import ExportLog
from agencyhub.records.services import exports
from individuals.lists import INDIVIDUALS
from individuals.models import Look
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import MBI, AddressFactory, IndividualFactory, option
from tests.factories.lists import QUEUES, fill
from tests.individuals.conftest import signed_in

pytestmark = pytest.mark.django_db
KINDS = [kind for kind in registry.every() if kind.key not in QUEUES]
EXPORT = reverse("records:list_export", args=["individuals"])
LOG = reverse("records:exportlog_list")
VIEW = "individuals.view_individual"
IN_FULL = "records.export_personal_data"


def lines(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.fixture
def owner(client):
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
class TestExport:
    def test_holds_the_rows_of_all_pages_in_their_order(self, kind, monkeypatch):
        monkeypatch.setattr(export, "PIECE", 2)
        monkeypatch.setattr(
            keyset.page, "__kwdefaults__", {**keyset.page.__kwdefaults__, "size": 2}
        )
        user = UserFactory(may=[kind.view_permission], may__reach=Role.Scope.OWN)
        agent = AgentFactory(user=user)
        fill(kind, 5, agent=agent)
        fill(kind, 1)
        browser = signed_in(user)
        page, walked = browser.get(kind.url), []
        while True:
            walked += page.context["table"].pks
            onward = page.context["page"].next_url
            if not onward:
                break
            page = browser.get(onward)

        rows = lines(browser.post(reverse("records:list_export", args=[kind.key])))

        assert list(export.pks(kind.key, user=user, filters={})) == walked
        assert len(rows) == 1 + len(walked)
        assert len(rows[0]) == len(kind.default_columns)
        log = ExportLog.objects.get()
        assert (log.rows, log.is_masked, log.finished_at is None) == (len(walked), True, False)

    def test_can_hold_every_column_as_a_workbook(self, kind, client, owner):
        fill(kind)
        url = reverse("records:list_export", args=[kind.key])

        answer = client.post(url, {"columns": "all", "format": "xlsx"})

        book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        head, row = book.active.iter_rows(values_only=True)
        assert len(head) >= len(kind.columns)
        assert all(head)
        assert any(row)


class TestIndividualExport:
    def test_says_what_it_will_hold(self, client, owner):
        active = option("individual_status", "Active")
        IndividualFactory(status=active)

        page = client.get(EXPORT, {"state": f"status={active.pk}"}).text

        assert "1 Individual</p>" in page
        assert "Status:</span> Active<" in page

    @pytest.mark.parametrize(
        ("may", "expected"),
        [
            (
                [VIEW],
                ["••/••/1958", "(•••) •••-0100", "a•••@example.com", "•••, IA", "•••", "•••"],
            ),
            (
                [VIEW, IN_FULL],
                [
                    "03/14/1958",
                    "(515) 555-0100",
                    "ana@example.com",
                    "Ames, IA",
                    "12 Oak St",
                    "50010",
                ],
            ),
        ],
    )
    def test_masks_personal_data_without_the_right(self, may, expected):
        AddressFactory(individual=IndividualFactory(mbi=MBI))
        browser = signed_in(UserFactory(may=may))
        asked = "columns=name,born,phone,email,place,line_1,zip_code,mbi"

        (_, row) = lines(browser.post(EXPORT, {"state": asked}))

        assert row == ["Lopez, Ana", *expected, "•••••••MK73"]
        assert ExportLog.objects.get().is_masked == (IN_FULL not in may)

    def test_runs_no_formula(self, client, owner):
        IndividualFactory(last_name="=HYPERLINK(1)", email="+1@example.com")

        (_, row) = lines(client.post(EXPORT, {"state": "columns=name,email"}))

        assert row == ["'=HYPERLINK(1), Ana", "'+1@example.com"]

    def test_is_noted_for_the_owners_without_names(self, client, owner):
        kept = IndividualFactory()
        url = reverse("records:list_private_filters", args=["individuals"])
        view = client.post(url, {"state": "", "last_name": "lop"}).url.partition("?")[2]

        lines(client.post(EXPORT, {"state": view}))

        log = ExportLog.objects.get()
        assert log.filters == ["Last name starts with: (not noted)"]
        assert (log.user, log.rows, log.format) == (owner, 1, "csv")
        assert "In full" in client.get(LOG).text
        assert Look.objects.get().individual_id == kept.pk
        assert signed_in(UserFactory(may=[VIEW])).get(LOG).status_code == 403

    def test_that_breaks_off_is_noted_as_far_as_it_went(self, owner, monkeypatch):
        monkeypatch.setattr(export, "PIECE", 1)
        fill(INDIVIDUALS, 3)
        stream = exports.export_csv(state=state.read(INDIVIDUALS, QueryDict(), user=owner))
        for _ in range(3):  # the header and two pieces, the second of which is on its way
            next(stream)

        stream.close()

        log = ExportLog.objects.get()
        assert (log.rows, log.finished_at) == (1, None)

    def test_refuses_what_was_not_understood_and_workbooks_that_are_too_long(
        self, client, owner, monkeypatch
    ):
        monkeypatch.setattr(export, "XLSX_ROWS", 1)
        fill(INDIVIDUALS, 2)

        unclear = client.post(EXPORT, {"state": "status=x"})
        long = client.post(EXPORT, {"format": "xlsx"})

        assert (unclear.status_code, long.status_code) == (422, 422)
        assert "Export as CSV" in long.text
        assert not ExportLog.objects.exists()
