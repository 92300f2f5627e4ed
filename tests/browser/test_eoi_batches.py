"""A carrier leaves a file of decisions in a group's folder, or calls; what became of it is seen."""

import re
from datetime import timedelta

import requests
from django.utils import timezone
from django.utils.text import slugify
from playwright.sync_api import Page, expect

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


class TestApi:
    def test_a_partner_with_a_new_key_decides_and_the_board_tells(self, desk, stack):
        with stack.records():
            wanted = EoiRequest.objects.open().filter(election__dependent=None)
            wanted = wanted.filter(election__requested_volume__gt=0).latest("pk")
            number, code = wanted.employee.external_id, wanted.election.benefit.lookup_code
        with desk.sit("owner") as page:
            client_id, secret = self._new_client(page)
            token = requests.post(
                f"{stack.hub}/oauth/v2/token",
                data={
                    "grant_type": "client_credentials",
                    "client_id": client_id,
                    "client_secret": secret,
                },
                timeout=60,
            ).json()["access_token"]
            row = {
                "benefit_lookup_code": code,
                "action": "deny_all",
                "effective_date": f"{timezone.localdate() + timedelta(days=60)}",
            }
            told = [
                requests.put(
                    f"{stack.hub}/v2/eoi/decision/{number}",
                    json={"decisions": [row]},
                    headers={"Authorization": f"Bearer {token}"},
                    timeout=60,
                ).json()["data"]
                for _ in range(2)
            ]
            page.goto("/eoi/")
            expect(page.get_by_role("row", name=f"Request ID {wanted.pk}")).to_have_count(0)
            page.goto(f"/eoi/{wanted.pk}/")
            decisions = page.get_by_role("region", name="Decisions")
            expect(decisions).to_contain_text("Deny All")
            expect(decisions).to_contain_text("API")

        assert [one["valid_count"] for one in told] == [1, 0]
        assert told[1]["failed_rows"][0]["errors"] == "Coverage not waiting for EOI decision"
        assert not any(secret in address or number in address for address in desk.addresses)

    def _new_client(self, page: Page) -> tuple[str, str]:
        """Make a key as administrators do; the client ID and the secret that the page shows."""
        page.goto("/settings/api-keys/new/")
        page.get_by_label("Name").fill("Carrier of the journey")
        page.get_by_label("Scope").select_option("eoi")
        page.get_by_role("button", name="Create key").click()
        shown = [
            page.get_by_role("button", name=name).get_attribute("data-copy")
            for name in ("Copy Client ID", "Copy API key")
        ]
        page.get_by_role("link", name="I have copied it").click()
        expect(page.get_by_role("row", name=re.compile("Carrier of the journey"))).to_be_visible()
        return str(shown[0]), str(shown[1])
