"""Who opted out stays opted out when the key of the index changes."""

import base64

import pytest
from django.conf import settings as configured
from django.utils import timezone

from agencyhub.mailing import addresses, sealed
from agencyhub.mailing.models import OptOut
from tests.factories.individuals import IndividualFactory

pytestmark = pytest.mark.django_db
NEW = base64.urlsafe_b64encode(b"i" * 32).decode()


def _opt_out(address, **values):
    return OptOut.objects.create(
        to_index=addresses.index_of(address), masked="a", cause="link", started_at=timezone.now(),
        **values,
    )  # fmt: skip


@pytest.fixture
def change_key(settings):
    def change():
        settings.BLIND_INDEX_OLD_KEY = configured.BLIND_INDEX_KEY
        settings.BLIND_INDEX_KEY = NEW

    return change


class TestReindex:
    def test_finds_opt_outs_again_through_the_addresses_of_records(self, change_key):
        IndividualFactory(email="Ana@Example.com")
        known, gone = _opt_out("ana@example.com"), _opt_out("gone@example.com")
        change_key()

        moved = sealed.reindex()

        known.refresh_from_db()
        assert moved == 1
        assert bytes(known.to_index) == addresses.index_of("ana@example.com")
        assert OptOut.objects.get(pk=gone.pk).to_index != addresses.index_of("gone@example.com")
        assert sealed.reindex() == 0

    def test_leaves_a_wish_that_was_made_again_since(self, change_key):
        IndividualFactory(email="ana@example.com")
        _opt_out("ana@example.com")
        change_key()
        again = _opt_out("ana@example.com")

        assert sealed.reindex() == 0
        assert OptOut.objects.filter(to_index=again.to_index).count() == 1

    def test_does_nothing_without_an_older_key(self):
        IndividualFactory(email="ana@example.com")
        _opt_out("ana@example.com")

        assert sealed.reindex() == 0
