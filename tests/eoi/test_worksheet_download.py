"""Worksheets go out: what waits, and what failed."""

from datetime import date

import pytest
from django.urls import reverse

from agencyhub.records.lists.models import ExportLog
from eoi.selectors import worksheets as selectors
from groups.models import SsnReveal
from tests.eoi import sheets
from tests.eoi.passing import SSN, asked, content_of, read, upload, waiting
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


class TestUpdateWorksheet:
    def test_holds_what_waits_and_comes_back_with_decisions(self, client, owner, tmp_path):
        request = waiting(
            election__employee__ssn=SSN, election__change_effective_date=date(2026, 11, 20)
        )
        waiting()

        answer = client.post(reverse("eoi:worksheet_update"), {"group": request.group_id})

        content = content_of(answer)
        found = read(tmp_path / "update.xml", content)
        assert (found.rows, found.undecided, found.forgotten) == ([], 1, [])
        assert "SSN Last 4" in found.headings
        text = content.decode()
        assert ">3456<" in text
        assert "01200" not in text.replace("-", "")
        assert (">Asked For From<" in text, ">2026-11-20T00:00:00.000<" in text) == (True, True)
        assert (">100000.00<" in text, ">150000.00<" in text, ">50000.00<" in text) == (True,) * 3
        log = ExportLog.objects.get()
        assert (log.user, log.rows, log.is_masked, log.format) == (owner, 1, True, "xml")
        filled = text.replace(
            '<Cell ss:StyleID="text"/><Cell ss:StyleID="money"/><Cell ss:StyleID="date"/>',
            '<Cell ss:StyleID="text"><Data ss:Type="String">Deny All</Data></Cell>'
            '<Cell ss:StyleID="money"/><Cell ss:StyleID="date"><Data ss:Type="DateTime">'
            "2026-12-01T00:00:00.000</Data></Cell>",
            1,
        )
        assert upload(client, filled.encode()).new == 1

    def test_uncovers_ssns_for_a_reason_on_record(self, client, owner, tmp_path):
        request = waiting(election__employee__ssn=SSN)
        url = reverse("eoi:worksheet_update")

        refused = client.post(url, {"with_ssn": "on"})
        answer = client.post(url, {"with_ssn": "on", "reason": "Carrier matches by SSN"})

        assert refused.status_code == 422
        assert "Explain why you need the full SSN" in refused.content.decode()
        assert ">012-00-3456<" in content_of(answer).decode()
        reveal = SsnReveal.objects.get()
        assert (reveal.employee, reveal.reason) == (request.employee, "Carrier matches by SSN")
        assert not ExportLog.objects.get().is_masked

    def test_keeps_ssns_from_those_who_may_not_reveal_them(self, client):
        user = UserFactory(may=["eoi.decide_eoirequest", "imports.run_import"])
        client.force_login(user)

        page = client.get(reverse("eoi:data")).content.decode()

        assert "full SSN" not in page

    def test_takes_those_that_waited_longest(self, client, owner, monkeypatch):
        monkeypatch.setattr(selectors, "MOST", 1)
        old = waiting(opened_date="2026-01-05")
        waiting()

        content = content_of(client.post(reverse("eoi:worksheet_update"))).decode()

        assert old.employee.external_id in content
        dates_of_a_request = 2
        assert content.count('ss:Type="DateTime"') == dates_of_a_request
        assert "More wait than fit" in client.get(reverse("eoi:data")).content.decode()

    def test_is_one_query_however_many_wait(self, client, owner, django_assert_max_num_queries):
        for _ in range(5):
            waiting()

        with django_assert_max_num_queries(8):
            client.post(reverse("eoi:worksheet_update"))


class TestFailedWorksheet:
    def test_comes_back_corrected(self, client, owner):
        request = waiting()
        run = upload(client, sheets.markup([asked(request, "approve_part", ssn=SSN)]))
        url = reverse("eoi:worksheet_failed", args=[run.pk])

        content = content_of(client.post(url)).decode()

        assert "Approved volume is required for this action" in content
        assert SSN in content  # as its uploader typed it
        corrected = content.replace(">approve_part<", ">approve_all<")
        corrected = corrected.replace(f">{SSN}<", "><")
        assert upload(client, corrected.encode()).new == 1

    def test_masks_ssns_for_others(self, client, owner):
        run = upload(client, sheets.markup([asked(waiting(), "approve_part", ssn=SSN)]))
        rights = ["eoi.decide_eoirequest", "imports.view_import"]
        client.force_login(UserFactory(may=rights))

        content = content_of(client.post(reverse("eoi:worksheet_failed", args=[run.pk]))).decode()

        assert "SSN Last 4" in content
        assert SSN not in content
