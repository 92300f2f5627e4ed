"""Addresses on the individual's page: one is always primary."""

import pytest
from django.urls import reverse

from individuals.models import Address
from tests.factories.individuals import AddressFactory, IndividualFactory

pytestmark = pytest.mark.django_db

ELM = {"line_1": "9  Elm St", "city": "Ames", "state": "IA", "zip_code": "500101234"}


def url(role, pk):
    return reverse(f"individuals:address_{role}", args=[pk])


class TestAddressCreate:
    def test_makes_the_first_one_primary_without_being_asked(self, page):
        individual = IndividualFactory()

        page.post(url("create", individual.pk), ELM)

        address = individual.addresses.get()
        assert (address.line_1, address.zip_code) == ("9 Elm St", "50010-1234")
        assert address.is_primary

    def test_leaves_the_primary_one_unless_the_box_is_ticked(self, page):
        former = AddressFactory()

        page.post(url("create", former.individual_id), ELM)
        former.refresh_from_db()
        assert former.is_primary

        page.post(url("create", former.individual_id), {**ELM, "is_primary": "on"})
        former.refresh_from_db()
        assert not former.is_primary
        assert Address.objects.filter(is_primary=True).count() == 1

    @pytest.mark.parametrize("typed", [{}, {"line_1": "9 Elm St", "zip_code": "5001"}])
    def test_refuses_an_address_that_says_nothing(self, page, typed):
        individual = IndividualFactory()

        assert page.post(url("create", individual.pk), typed).status_code == 422
        assert not Address.objects.exists()


class TestAddressEdit:
    def test_keeps_the_primary_one_primary(self, page):
        address = AddressFactory()

        page.post(url("edit", address.pk), {**ELM, "type": address.type_id})

        address.refresh_from_db()
        assert (address.line_1, address.is_primary) == ("9 Elm St", True)


class TestAddressMakePrimary:
    def test_swaps_the_primary_one(self, page):
        former = AddressFactory()
        other = AddressFactory(individual=former.individual, is_primary=False)

        page.post(url("make_primary", other.pk))

        former.refresh_from_db()
        other.refresh_from_db()
        assert (former.is_primary, other.is_primary) == (False, True)


class TestAddressDelete:
    def test_makes_another_one_primary(self, page):
        primary = AddressFactory()
        other = AddressFactory(individual=primary.individual, is_primary=False)

        page.post(url("delete", primary.pk))

        other.refresh_from_db()
        assert Address.objects.get() == other
        assert other.is_primary


class TestAddressRights:
    @pytest.mark.parametrize("role", ["edit", "make_primary", "delete"])
    def test_are_those_of_the_individual(self, agent_page, powerless_page, role):
        address = AddressFactory()

        assert agent_page.post(url(role, address.pk)).status_code == 404
        assert powerless_page.post(url(role, address.pk)).status_code == 403
        assert Address.objects.get().is_primary
