"""Dispute packs: what they hold, their files, and who may have them."""

import io
import re
import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from agencyhub.records.lists.models import ExportLog
from commissions import packfiles
from commissions.models import Dispute, DisputePack, ExpectedPay, WritingNumber
from commissions.selectors import packs as selectors
from commissions.services import packs as services
from commissions.services import paying
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import BookRowFactory, CommissionLineFactory
from tests.factories.expected import ExpectedPayFactory, PayTermFactory
from tests.factories.individuals import AddressFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
NEW = reverse("commissions:disputepack_create")


@pytest.fixture
def user():
    return UserFactory(owner=True)


@pytest.fixture
def page(client, user):
    client.force_login(user)
    return client


@pytest.fixture
def short():
    """June 2026 of a renewal: 8.92 of 28.92 are missing."""
    agent = AgentFactory(first_name="Luis", last_name="Ortega")
    policy = PolicyFactory(effective_date=date(2025, 1, 1), servicing_agent=agent)
    carrier = policy.carrier
    type(policy.subscriber).objects.filter(pk=policy.subscriber_id).update(
        first_name="=Ada", last_name="Nguyễn"
    )
    AddressFactory(individual=policy.subscriber, state="IA", is_primary=True)
    PayTermFactory(carrier=carrier)
    WritingNumber.objects.create(carrier=carrier, agent=agent, number="W-4711")
    BookRowFactory(carrier=carrier, policy=policy, member_id="M-1")
    CommissionLineFactory(
        carrier=carrier, policy_number=policy.policy_number, amount=Decimal("20.00"),
        kind="renewal", payment_period=date(2026, 6, 1), statement_date=date(2026, 7, 5),
    )  # fmt: skip
    paying.reckon(today=TODAY)
    return ExpectedPay.objects.get(month=date(2026, 6, 1))


def _make(user, *pays, token=None):
    return services.make(
        pay_ids=[one.pk for one in pays], token=token or uuid.uuid4(), user=user,
        at=timezone.now(),
    )  # fmt: skip


class TestMake:
    def test_each_carrier_gets_its_own_and_disputes_are_with_it(self, user):
        one, other = ExpectedPayFactory(), ExpectedPayFactory()

        packs = _make(user, one, other)

        assert {pack.carrier_id for pack in packs} == {one.carrier_id, other.carrier_id}
        assert set(Dispute.objects.values_list("state", flat=True)) == {"in_reconciliation"}

    def test_the_same_form_twice_is_one_pack(self, user):
        pay, token = ExpectedPayFactory(), uuid.uuid4()

        assert _make(user, pay, token=token) == _make(user, pay, token=token)
        assert DisputePack.objects.count() == 1
        assert Dispute.objects.get().version == 2

    def test_nothing_is_made_of_what_is_settled(self, user):
        with pytest.raises(services.NothingToPackError):
            _make(user, ExpectedPayFactory(is_open=False, state="paid"))

        assert not DisputePack.objects.exists()

    @pytest.mark.parametrize("state", ["chargeback_expected", "over", "no_rate"])
    def test_nobody_asks_for_what_the_carrier_does_not_owe(self, user, state):
        with pytest.raises(services.NothingToPackError):
            _make(user, ExpectedPayFactory(state=state))

        assert not Dispute.objects.exists()

    def test_nothing_is_made_of_what_the_user_does_not_see(self):
        with pytest.raises(services.NothingToPackError):
            _make(UserFactory(), ExpectedPayFactory())

        assert not Dispute.objects.exists()

    def test_a_pack_has_an_end(self, user, monkeypatch):
        monkeypatch.setattr(services, "MOST", 1)

        with pytest.raises(services.TooManyToPackError, match="at most 1 "):
            _make(user, ExpectedPayFactory(), ExpectedPayFactory())


class TestContent:
    def test_tells_what_a_carrier_needs(self, user, short):
        (pack,) = _make(user, short)

        (row,) = selectors.content(pack, user=user, today=TODAY).rows

        assert (row.expected, row.received, row.difference) == (
            Decimal("28.92"), Decimal("20.00"), Decimal("8.92"),
        )  # fmt: skip
        assert (row.member_id, row.writing_number, row.agent) == ("M-1", "W-4711", "Luis Ortega")
        assert row.statements == "07/05/2026: $20.00"
        assert "CMS maximum of 2026, renewal" in row.why
        assert row.why.endswith("= $28.92")

    def test_leaves_out_what_is_settled_since(self, user, short):
        (pack,) = _make(user, short)
        CommissionLineFactory(
            carrier=short.carrier, policy_number=short.policy.policy_number,
            amount=Decimal("8.92"), kind="renewal", payment_period=date(2026, 6, 1),
        )  # fmt: skip
        paying.reckon(today=TODAY)

        found = selectors.content(pack, user=user, today=TODAY)

        assert (list(found.rows), found.settled, found.total) == ([], 1, Decimal(0))

    def test_asks_no_more_for_more_rows(self, user, django_assert_max_num_queries):
        packs = _make(user, *ExpectedPayFactory.create_batch(4, policy__carrier=_carrier()))

        with django_assert_max_num_queries(14):
            found = selectors.content(packs[0], user=user, today=TODAY)

        assert len(found.rows) == 4


def _carrier():
    return PolicyFactory().carrier


def _file(page, pack, kind):
    url = reverse("commissions:disputepack_file", args=[pack.pk, kind])
    answer = page.post(url)
    return answer, b"".join(answer.streaming_content) if answer.streaming else b""


class TestFiles:
    def test_workbook(self, page, user, short):
        (pack,) = _make(user, short)

        answer, content = _file(page, pack, "xlsx")

        heads, cells = [
            [cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).active
        ]
        row = dict(zip(heads, cells, strict=True))
        assert row["Member"] == "'=Ada Nguyễn"
        assert (row["Expected (USD)"], row["Difference (USD)"]) == (28.92, 8.92)
        assert row["Member ID"] == "M-1"
        assert answer["Content-Disposition"].startswith('attachment; filename="dispute-pack-')

    def test_pdf(self, page, user, short):
        (pack,) = _make(user, short)

        _answer, content = _file(page, pack, "pdf")

        assert content.startswith(b"%PDF-")
        assert len(re.findall(rb"/Type /Page\b", content)) == 1

    def test_pdf_draws_letters_that_its_font_has(self):
        packfiles._register_fonts()

        assert packfiles._safe("Nguyễn & Łódź é 漢") == "Nguyen &amp; Łódz é ?"

    def test_pdf_of_many_months_repeats_its_head(self, user):
        pays = ExpectedPayFactory.create_batch(80, policy__carrier=_carrier())
        (pack,) = _make(user, *pays)
        content = selectors.content(pack, user=user, today=TODAY)

        file = packfiles.as_pdf(pack, content, iter(content.rows), agency="Acme", today=TODAY)

        assert len(re.findall(rb"/Type /Page\b", file.read())) > 1

    def test_each_file_is_in_the_log_of_exports(self, page, user, short):
        (pack,) = _make(user, short)

        for kind in ("xlsx", "pdf"):
            _file(page, pack, kind)

        found = ExportLog.objects.order_by("pk").values_list("user", "list_key", "format", "rows")
        assert list(found) == [
            (user.pk, "dispute_packs", "xlsx", 1), (user.pk, "dispute_packs", "pdf", 1),
        ]  # fmt: skip

    def test_needs_the_right_to_export_personal_data(self, client, user, short):
        (pack,) = _make(user, short)
        client.force_login(UserFactory(may=["commissions.view_dispute"]))

        answer, _content = _file(client, pack, "pdf")

        assert answer.status_code == 403
        assert not ExportLog.objects.exists()

    def test_there_is_no_other_kind_of_file(self, page, user, short):
        (pack,) = _make(user, short)

        assert _file(page, pack, "csv")[0].status_code == 404


class TestPages:
    def test_first_says_what_is_meant(self, page):
        pays = ExpectedPayFactory.create_batch(3, gap=10)

        answer = page.post(NEW, {"pk": [one.pk for one in pays[:2]], "state": ""})

        text = " ".join(answer.content.decode().split())
        assert "These 2 of 3, $20.00" in text
        assert "Create 2 packs" in text
        assert not DisputePack.objects.exists()

    def test_then_makes_it_once(self, page):
        pay = ExpectedPayFactory()
        said = {"pk": [pay.pk], "state": "", "sure": 1, "token": str(uuid.uuid4())}

        answers = [page.post(NEW, said) for _ in range(2)]

        pack = DisputePack.objects.get()
        url = reverse("commissions:disputepack_detail", args=[pack.pk])
        assert [one["Location"] for one in answers] == [url, url]
        assert "in reconciliation" in page.get(url).content.decode().lower()

    def test_of_several_carriers_it_leads_to_all(self, page):
        ExpectedPayFactory.create_batch(2)
        said = {"rows": "all", "state": "", "sure": 1, "token": str(uuid.uuid4())}

        answer = page.post(NEW, said, follow=True)

        assert len(answer.context["page"].rows) == 2

    def test_nothing_ticked_is_said(self, page):
        answer = page.post(NEW, {"state": ""}, follow=True)

        assert "Nothing that you chose is missing" in answer.content.decode()

    def test_packs_of_other_books_are_not_there(self, client, user):
        (pack,) = _make(user, ExpectedPayFactory())
        reader = UserFactory(may=["commissions.view_dispute"], may__reach="own")
        client.force_login(reader)

        detail = client.get(reverse("commissions:disputepack_detail", args=[pack.pk]))

        assert detail.status_code == 404
        listed = client.get(reverse("commissions:disputepack_list"))
        assert listed.context["page"].rows == []

    def test_months_of_other_books_are_not_counted(self, client, user):
        reader = UserFactory(may=["commissions.view_dispute"], may__reach="own")
        own = PolicyFactory(servicing_agent=AgentFactory(user=reader))
        _make(
            user,
            ExpectedPayFactory(policy=own, carrier=own.carrier),
            ExpectedPayFactory(policy=PolicyFactory(carrier=own.carrier), carrier=own.carrier),
        )
        client.force_login(reader)

        listed = client.get(reverse("commissions:disputepack_list"))

        assert [one.months for one in listed.context["page"].rows] == [1]
