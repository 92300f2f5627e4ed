"""Worksheets come back: each row is decided or says why not."""

import json
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from agencyhub.accounts.models import Role
from agencyhub.imports import kinds, tasks
from agencyhub.imports.models import Import
from eoi.models import Decision
from eoi.selectors import worksheets as selectors
from eoi.services import worksheets
from tests.eoi import sheets
from tests.eoi.passing import SSN, asked, upload, waiting
from tests.eoi.sheets import row
from tests.factories.accounts import UserFactory
from tests.lib.reading.files import torn, xlsx

pytestmark = pytest.mark.django_db
NOT_VALID = (
    "Action is not valid: use one of approve_all, approve_part, pend_remaining, deny_permanently,"
    " expire_all, deny_all"
)


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def detail(page: Any, run: Import) -> str:
    return page.get(reverse("eoi:worksheet_detail", args=[run.pk])).content.decode()


class TestUpload:
    def test_decides_row_by_row_and_tells_what_failed(self, client, owner):
        first, second = waiting(), waiting()
        rows = [
            asked(first, "Approve All"),
            asked(second, "approve_part", approved_volume="$120,000", effective_date="12/1/2026"),
            asked(second, "deny_all"),
            row(subscriber_id="none", benefit_lookup_code="x", action="maybe", ssn=SSN),
            row(subscriber_id="1"),
        ]

        run = upload(client, sheets.markup(rows))

        assert (run.state, run.new, run.rejected, run.same) == ("imported", 2, 2, 1)
        decisions = Decision.objects.order_by("pk")
        assert [(one.action, one.channel, one.user_id) for one in decisions] == [
            ("approve_all", "worksheet", owner.pk),
            ("approve_part", "worksheet", owner.pk),
        ]
        second.election.refresh_from_db()
        assert second.election.volume == Decimal(120_000)
        failed = list(selectors.failed(run))
        assert [(one.line, one.texts) for one in failed] == [
            (4, ["Coverage not waiting for EOI decision"]),
            (5, ["Employee not found", NOT_VALID, "Effective date is required"]),
        ]
        page = detail(client, run)
        assert "Coverage not waiting for EOI decision" in page
        assert "•••-••-3456" in page
        assert "012-00" not in page

    def test_shows_what_was_decided(self, client, owner):
        request = waiting()
        run = upload(client, sheets.markup([asked(request, "approve_all")]))

        page = client.get(reverse("eoi:worksheet_decided", args=[run.pk])).content.decode()

        assert request.employee.full_name in page
        assert "$150,000" in page

    def test_knows_a_worksheet_that_comes_again(self, client, owner):
        content = sheets.markup([asked(waiting(), "approve_all")])
        upload(client, content)

        again = upload(client, content, name="copy.xml")

        assert again.state == "duplicate"
        assert "This worksheet was uploaded before" in detail(client, again)
        client.post(reverse("eoi:worksheet_again", args=[again.pk]))
        tasks.stage_import(again.pk)
        again.refresh_from_db()
        assert (again.state, again.new, again.rejected) == ("imported", 0, 1)

    def test_goes_on_where_a_worker_died(self, client, owner, monkeypatch):
        monkeypatch.setattr(worksheets, "SLICE", 1)
        rows = [asked(waiting(), "approve_all") for _ in range(3)]
        run = upload(client, sheets.markup(rows))
        Import.objects.filter(pk=run.pk).update(state="checking", new=0, alive_at=None)
        before = list(Decision.objects.values_list("pk", flat=True))

        tasks.stage_import(run.pk)

        run.refresh_from_db()
        assert (run.state, run.new, run.rejected) == ("imported", 3, 0)
        assert list(Decision.objects.values_list("pk", flat=True)) == before

    def test_says_why_a_file_is_none(self, client, owner):
        run = upload(client, b"%PDF-1.7", name="decisions.pdf")

        assert run.state == "attention"
        assert "This is a PDF, not a list." in detail(client, run)

    @pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
    def test_says_that_a_workbook_is_damaged(self, client, owner, part):
        content = torn(xlsx(["Subscriber ID", "Action"], ["1", "approve_all"]), part)

        run = upload(client, content, name="decisions.xlsx")

        assert run.state == "attention"
        assert "The file is damaged or cut short." in detail(client, run)

    def test_warns_of_rows_that_look_forgotten(self, client, owner):
        run = upload(client, sheets.markup([row(subscriber_id="1", approved_volume="9")]))

        assert "Was the action forgotten in row 2?" in detail(client, run)

    def test_keeps_no_file_that_is_too_large(self, client, owner, monkeypatch):
        monkeypatch.setattr("eoi.forms.worksheets.MOST_BYTES", 10)

        answer = client.post(
            reverse("eoi:worksheet_upload"), {"file": SimpleUploadedFile("a.xml", b"x" * 11)}
        )

        assert answer.status_code == 422
        assert "blank rows to the end of the sheet" in answer.content.decode()
        assert not Import.objects.exists()

    def test_stays_within_what_the_uploader_may_see(self, client):
        rights = ["eoi.decide_eoirequest", "imports.run_import"]
        agent = UserFactory(may=rights, may__reach=Role.Scope.OWN)
        client.force_login(agent)

        run = upload(client, sheets.markup([asked(waiting(), "approve_all")]))

        assert (run.new, run.rejected) == (0, 1)
        assert not Decision.objects.exists()


class TestImportFile:
    @pytest.fixture
    def file(self, tmp_path):
        path = tmp_path / "decisions.csv"
        path.write_bytes(sheets.comma_separated([asked(waiting(), "approve_all"), row(action="x")]))
        return path

    def told(self, *words: Any, **options: Any) -> dict[str, Any]:
        out = StringIO()
        call_command("import_file", "eoi_decisions", *map(str, words), stdout=out, **options)
        return json.loads(out.getvalue())

    def test_decides(self, file):
        told = self.told(file, json=True)

        assert (told["state"], told["new"], told["rejected"]) == ("imported", 1, 1)
        assert Decision.objects.get().channel == "worksheet"

    def test_only_counts_when_asked_to(self, file):
        told = self.told(file, json=True, dry_run=True)

        assert (told["state"], told["new"], told["rejected"]) == ("discarded", 1, 1)
        assert not Decision.objects.exists()

    def test_fails_with_words(self, tmp_path):
        path = tmp_path / "file.csv"
        path.write_text("Action,SSN\napprove_all,1\n")

        with pytest.raises(CommandError, match="lacks columns: Effective Date"):
            call_command("import_file", "eoi_decisions", str(path))


class TestPages:
    def test_the_ledger_of_imports_leads_to_the_worksheet(self, client, owner):
        run = upload(client, sheets.markup([row()]))

        answer = client.get(reverse("imports:import_detail", args=[run.pk]))

        assert answer.url == reverse("eoi:worksheet_detail", args=[run.pk])
        assert client.get(reverse("imports:problem_list", args=[run.pk])).status_code == 404
        assert selectors.KIND not in {kind.key for kind in kinds.allowed(owner)}

    @pytest.mark.parametrize("name", ["eoi:data", "eoi:worksheet_empty"])
    def test_take_the_right_to_decide(self, client, name):
        client.force_login(UserFactory(may=["eoi.view_eoirequest"]))

        assert client.get(reverse(name)).status_code == 403

    def test_asks_again_while_a_worker_is_busy(self, client, owner):
        run = upload(client, sheets.markup([row()]))
        Import.objects.filter(pk=run.pk).update(state="checking", rows=10, progress=5)

        answer = client.get(
            reverse("eoi:worksheet_detail", args=[run.pk]), headers={"HX-Request": "true"}
        )

        assert 'hx-trigger="every 1s"' in answer.content.decode()
        assert "5 of 10 rows are done." in answer.content.decode()
