from datetime import date

import pytest

from agencyhub.records.models import Change, Entry
from integrations.plancompare.models import Handoff, QuotingLink
from integrations.plancompare.services.handoff import HandoffRefusedError, record_handoff
from tests.factories.individuals import (
    MBI,
    AddressFactory,
    IndividualFactory,
    SalesRecordFactory,
)
from tests.factories.plancompare import PlanCompareUserFactory, QuotingLinkFactory, SiteFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def user():
    return PlanCompareUserFactory(username="ann.pc").user


@pytest.fixture
def link():
    return QuotingLinkFactory(site=SiteFactory(), label="2027 Broker")


@pytest.fixture
def ana():
    ana = IndividualFactory(mbi=MBI)
    AddressFactory(individual=ana, line_1="1 Old Rd", zip_code="50309", is_primary=False)
    AddressFactory(individual=ana, line_2="Apt 4")
    return ana


def send(record, link, user):
    return record_handoff(record=record, link_id=link.pk, user=user, as_of=TODAY)


class TestRecordHandoff:
    def test_answers_what_to_post_and_where(self, ana, link, user):
        outgoing = send(ana, link, user)

        assert outgoing.sso_url == "https://plancompare.example.com/sso/2027"
        assert outgoing.origin == "https://plancompare.example.com"
        assert dict(outgoing.fields) == {
            "partner_id": "PARTNER-1",
            "username": "ann.pc",
            "record_type": "individual",
            "record_id": str(ana.pk),
            "zip": "50010",
            "first_name": "Ana",
            "last_name": "Lopez",
            "date_of_birth": "1958-03-14",
            "mbi": MBI,
            "email": "ana@example.com",
            "phone": "5155550100",
            "address_1": "12 Oak St",
            "address_2": "Apt 4",
            "city": "Ames",
            "state": "IA",
            "plan_year": "2027",
        }

    def test_takes_the_only_address_even_if_it_is_not_primary(self, link, user):
        ana = IndividualFactory()
        AddressFactory(individual=ana, zip_code="50309", is_primary=False)

        assert dict(send(ana, link, user).fields)["zip"] == "50309"

    def test_sends_a_sales_record_under_its_own_id_without_line_2(self, link, user):
        record = SalesRecordFactory(
            mbi=MBI,
            address_1="9 Elm St",
            address_2="Apt 9",
            city="Ames",
            state="IA",
            zip_code="50010",
        )

        sent = dict(send(record, link, user).fields)

        assert (sent["record_type"], sent["record_id"]) == ("sales_record", str(record.pk))
        assert (sent["mbi"], sent["address_1"]) == (MBI, "9 Elm St")
        assert "address_2" not in sent

    def test_uses_the_field_names_of_the_link(self, ana, link, user):
        QuotingLink.objects.filter(pk=link.pk).update(field_names={"zip": "ZipCode"})

        sent = dict(send(ana, link, user).fields)

        assert sent["ZipCode"] == "50010"
        assert "zip" not in sent

    def test_keeps_who_when_what_link_and_digests_without_values(self, ana, link, user):
        send(ana, link, user)

        kept = Handoff.objects.get()
        assert (kept.record_type, kept.record_id, kept.user) == ("individual", ana.pk, user)
        assert (kept.link, kept.link_label) == (link, "2027 Broker")
        assert len(bytes(kept.digest)) == 32
        assert set(kept.field_digests) >= {"zip", "mbi", "first_name", "phone"}
        stored = str(kept.field_digests)
        for value in (MBI, "50010", "Ana", "Lopez", "1958-03-14"):
            assert value not in stored

    def test_digests_equal_values_equally_but_not_across_fields(self, link, user):
        one = IndividualFactory(first_name="Same", last_name="Same")
        AddressFactory(individual=one)
        send(one, link, user)

        digests = Handoff.objects.get().field_digests
        assert digests["first_name"] != digests["last_name"]

    def test_leaves_a_line_on_the_records_timeline(self, ana, link, user):
        send(ana, link, user)

        entry = Entry.objects.get(table_name="individuals_individual", record_id=ana.pk)
        assert entry.text == "Sent to PlanCompare (2027 Broker)"
        assert entry.reasons == ["Sent for the first time"]
        assert (entry.individual_id, entry.user) == (ana.pk, user)
        assert not Change.objects.filter(batch=entry.batch).exists()

    def test_carries_the_same_id_again_and_says_what_changed(self, ana, link, user):
        first = dict(send(ana, link, user).fields)
        ana.home_phone = "5155550199"
        ana.email = ""
        ana.save()

        second = dict(send(ana, link, user).fields)

        assert second["record_id"] == first["record_id"]
        assert Handoff.objects.latest("pk").changed_fields == ["email", "phone"]
        reasons = Entry.objects.latest("pk").reasons
        assert reasons == ["Changed since the last hand-off: Email, Phone"]

    def test_says_when_nothing_of_the_person_changed(self, ana, link, user):
        send(ana, link, user)
        send(ana, QuotingLinkFactory(site=link.site, label="2026", plan_year=2026), user)

        assert Handoff.objects.latest("pk").changed_fields == []
        assert Entry.objects.latest("pk").reasons == ["Nothing changed since the last hand-off"]


def _without_zip(ana, link):
    ana.addresses.update(zip_code="")


def _expired(ana, link):
    QuotingLink.objects.filter(pk=link.pk).update(valid_to=date(2025, 12, 31))
    QuotingLinkFactory(site=link.site, label="2028 Broker", plan_year=2028)


def _upcoming(ana, link):
    QuotingLink.objects.filter(pk=link.pk).update(valid_from=date(2027, 1, 1))
    QuotingLinkFactory(site=link.site, label="2028 Broker", plan_year=2028)


def _plain_http(ana, link):
    QuotingLink.objects.filter(pk=link.pk).update(sso_url="http://plancompare.example.com/sso")


def _inactive(ana, link):
    link.site.is_active = False
    link.site.save()


def _gone(ana, link):
    QuotingLinkFactory(site=link.site, label="2028 Broker")
    QuotingLink.objects.filter(pk=link.pk).delete()


class TestRefusals:
    @pytest.mark.parametrize(
        ("prepare", "words"),
        [
            (_without_zip, "ZIP code is missing"),
            (_expired, 'expired 12/31/2025). Use "2028 Broker" instead'),
            (_upcoming, 'from 01/01/2027). Use "2028 Broker" instead'),
            (_plain_http, "must start with https://"),
            (_inactive, "is not active"),
            (_gone, "no longer in the menu"),
        ],
    )
    def test_refuses_and_leaves_no_trace(self, ana, link, user, prepare, words):
        prepare(ana, link)

        with pytest.raises(HandoffRefusedError) as refusal:
            send(ana, link, user)

        assert words in refusal.value.message
        assert not Handoff.objects.exists()
        assert not Entry.objects.exists()

    def test_refuses_the_link_of_a_site_that_is_not_active(self, ana, link, user):
        other = SiteFactory(variant="call_center", is_active=False)
        foreign = QuotingLinkFactory(site=other)

        with pytest.raises(HandoffRefusedError):
            send(ana, foreign, user)

        assert not Handoff.objects.exists()
