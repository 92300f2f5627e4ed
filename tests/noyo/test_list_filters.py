"""What Noyo's lists of mappings and renewals are filtered by."""

import pytest
from django.urls import reverse

from integrations.noyo.models import Mapping, RenewalDecision
from tests.factories.accounts import UserFactory
from tests.factories.noyo import MappingFactory, RenewalDecisionFactory

pytestmark = pytest.mark.django_db
LISTS = {
    "mapping_list": (MappingFactory, Mapping.Status.READY),
    "renewal_list": (RenewalDecisionFactory, RenewalDecision.Status.READY),
}


@pytest.fixture(params=LISTS)
def shown(request, client):
    """The groups that a list names, by what it is filtered by."""
    make, status = LISTS[request.param]
    groups = []
    for name, values in (("Lakeside Foods", {}), ("Prairie Tools", {"status": status})):
        row = make(**values)
        row.group.name = name
        row.group.save(update_fields=["name"])
        groups.append(name)
    client.force_login(UserFactory(owner=True))

    def names(**asked):
        asked = {key: status if value == "its own" else value for key, value in asked.items()}
        page = client.get(reverse(f"noyo:{request.param}"), asked).text
        return [name for name in groups if name in page]

    return names


def test_a_part_of_the_groups_name_however_it_is_spelled(shown):
    assert shown(name="lake-SIDE") == ["Lakeside Foods"]
    assert shown(name="o") == ["Lakeside Foods", "Prairie Tools"]


def test_a_status_and_nothing_by_one_that_there_is_not(shown):
    assert shown(status="its own") == ["Prairie Tools"]
    assert shown(status="nonsense") == []
