import threading
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from agencyhub.accounts.models import User
from agencyhub.records.models import Entry
from integrations.plancompare.models import Site
from integrations.plancompare.services import settings
from integrations.plancompare.services.settings import (
    OtherVariantActiveError,
    activate_site,
    deactivate_site,
)
from tests.factories.accounts import UserFactory
from tests.factories.plancompare import PlanCompareUserFactory, QuotingLinkFactory, SiteFactory

AT = datetime(2026, 11, 22, tzinfo=UTC)
BROKER, CALL_CENTER = Site.Variant.BROKER, Site.Variant.CALL_CENTER


@pytest.mark.django_db
class TestActivateSite:
    def test_adds_the_variant_and_notes_it(self):
        user = UserFactory()

        site = activate_site(variant=BROKER, user=user, at=AT)

        assert Site.objects.get(is_active=True) == site
        assert site.activated_at == AT
        entry = Entry.objects.get(table_name="plancompare_site", record_id=site.pk)
        assert entry.text == "PlanCompare (Broker) was added to AgencyHub"
        assert entry.user == user

    @pytest.mark.parametrize(("active", "wanted"), [(BROKER, CALL_CENTER), (CALL_CENTER, BROKER)])
    def test_refuses_while_the_other_is_active_and_names_it(self, active, wanted):
        SiteFactory(variant=active)

        with pytest.raises(OtherVariantActiveError) as refusal:
            activate_site(variant=wanted, user=UserFactory(), at=AT)

        assert f"Deactivate {active.label} first" in refusal.value.message
        assert list(Site.objects.filter(is_active=True)) == [Site.objects.get(variant=active)]
        assert not Site.objects.filter(variant=wanted, is_active=True).exists()

    def test_changes_nothing_the_second_time(self):
        user = UserFactory()
        first = activate_site(variant=BROKER, user=user, at=AT)

        again = activate_site(variant=BROKER, user=user, at=datetime(2027, 1, 1, tzinfo=UTC))

        assert (again.pk, again.activated_at) == (first.pk, AT)
        assert Entry.objects.filter(table_name="plancompare_site").count() == 1

    def test_is_guarded_by_the_database_too(self):
        SiteFactory(variant=BROKER)

        with pytest.raises(IntegrityError), transaction.atomic():
            SiteFactory(variant=CALL_CENTER)


@pytest.mark.django_db
class TestDeactivateSite:
    def test_keeps_settings_links_and_usernames(self):
        site = SiteFactory(partner_id="P-9", sync_enrollments=True)
        QuotingLinkFactory(site=site, label="2027")
        PlanCompareUserFactory(username="kept.pc")

        deactivate_site(variant=BROKER, user=UserFactory())

        site.refresh_from_db()
        assert (site.is_active, site.partner_id, site.sync_enrollments) == (False, "P-9", True)
        assert site.links.get().label == "2027"
        assert activate_site(variant=BROKER, user=UserFactory(), at=AT).partner_id == "P-9"

    def test_makes_room_for_the_other_variant(self):
        SiteFactory(variant=BROKER)

        deactivate_site(variant=BROKER, user=UserFactory())

        assert activate_site(variant=CALL_CENTER, user=UserFactory(), at=AT).is_active

    def test_notes_nothing_the_second_time(self):
        SiteFactory(variant=BROKER, is_active=False)

        deactivate_site(variant=BROKER, user=UserFactory())

        assert not Entry.objects.filter(table_name="plancompare_site").exists()


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_activate_two_variants_at_once_end_with_one():
    user = UserFactory()
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def activate(variant: str, user: User) -> None:
        try:
            start.wait(timeout=60)
            activate_site(variant=variant, user=user, at=AT)
            outcomes.append("added")
        except settings.OtherVariantActiveError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=activate, args=(variant, user)) for variant in (BROKER, CALL_CENTER)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(outcomes) == ["added", "refused"]
    assert Site.objects.filter(is_active=True).count() == 1
