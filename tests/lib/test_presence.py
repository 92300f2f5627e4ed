"""Which kinds of rows a record has, asked at once."""

import pytest

from agencyhub.lib.presence import Presence
from individuals.models import Address, DuplicatePair, SalesRecord
from tests.factories.individuals import AddressFactory, IndividualFactory, SalesRecordFactory

pytestmark = pytest.mark.django_db
KINDS = Presence(
    addresses=(Address, ("individual",)),
    sales_records=(SalesRecord, ("individual",)),
    pairs=(DuplicatePair, ("first", "second")),
)


def test_tells_what_there_is_in_one_query(django_assert_num_queries):
    person, other = IndividualFactory.create_batch(2)
    AddressFactory(individual=person)
    SalesRecordFactory(individual=other)

    with django_assert_num_queries(1):
        found = KINDS.of(person.pk)

    assert found == {"addresses"}
    assert KINDS.of(other.pk) == {"sales_records"}


def test_any_of_several_fields_counts():
    first, second, neither = IndividualFactory.create_batch(3)
    DuplicatePair.objects.create(first=first, second=second, score=90, door="screen")

    found = [KINDS.of(one.pk) for one in (first, second, neither)]

    assert found == [{"pairs"}, {"pairs"}, frozenset()]
