"""A carrier leaves a file of decisions in a group's folder and reads what became of it."""

import re
from datetime import timedelta

from django.utils import timezone
from django.utils.text import slugify
from playwright.sync_api import expect

from eoi.models import Decision, EoiRequest
from integrations.eoi_batches.models import Folder
from tests.browser.stack import until

HEADER = "Subscriber ID,Benefit Lookup Code,Covered Person,Action,Approved Volume,Effective Date"


class TestBatchFile:
    def test_is_picked_up_decided_and_answered(self, desk, stack):
        with stack.records():
            wanted = EoiRequest.objects.open().filter(election__dependent=None)
            wanted = wanted.filter(election__requested_volume__gt=0).earliest("pk")
            folder = Folder.objects.get(group=wanted.group_id)
            number, code = wanted.employee.external_id, wanted.election.benefit.lookup_code
            request_id, group = wanted.pk, wanted.group.name
        day = timezone.localdate() + timedelta(days=60)
        rows = [
            f"{number},{code},,deny_all,,{day}",
            f"{number},{code},,deny_all,,{day}",
            f"nobody,life,,deny_all,,{day}",
        ]
        with desk.sit("owner") as page:
            page.goto("/settings/integrations/eoi/")
            self._pick_up(page)
            until(lambda: slugify(group) in page.request.get(f"{stack.sandbox}/eoi/control").text())
            self._drop(page, stack, folder.path.strip("/"), "\n".join([HEADER, *rows, ""]))
            page.goto("/settings/integrations/eoi/")
            self._pick_up(page)
            self._look(page, group)
            with page.expect_download() as download:
                page.get_by_role("link", name="Results file").click()
            told = download.value.path().read_text().splitlines()
        assert [line.split(",")[0] + line.split(",")[4] for line in told] == [
            "row_numresult",
            "2A",
            "3R",
            "4R",
        ]
        with stack.records():
            decision = Decision.objects.get(request=request_id)
            assert (decision.channel, decision.action) == ("batch", "deny_all")
        assert not any(number in address for address in desk.addresses)

    def _pick_up(self, page):
        page.get_by_role("button", name="Pick up now").click()
        expect(page.get_by_role("heading", name="EOI batch files")).to_be_visible()

    def _drop(self, page, stack, group, content):
        page.goto(f"{stack.sandbox}/eoi/")
        page.get_by_label("Group").select_option(group)
        page.get_by_label("File name").fill("from-the-carrier.csv")
        page.get_by_label("Content").fill(content)
        page.get_by_role("button", name="Drop it").click()
        expect(page.get_by_role("link", name="from-the-carrier.csv")).to_be_visible()

    def _look(self, page, group):
        row = page.get_by_role("row", name=re.compile("from-the-carrier.csv"))
        expect(row).to_contain_text("Done", timeout=120_000)
        row.get_by_role("link", name="from-the-carrier.csv").click()
        expect(page.get_by_role("heading", name=group)).to_be_visible()
        failed = page.get_by_role("region", name="Rows that were not decided")
        expect(failed).to_contain_text("Coverage not waiting for EOI decision", timeout=30_000)
        expect(failed).to_contain_text("Employee not found")
