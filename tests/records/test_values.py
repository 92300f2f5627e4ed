"""Texts from outside: known, ignored, or asked about once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from agencyhub.records.kinds import Source
from agencyhub.records.models import Option
from agencyhub.records.services import decisions, values
from agencyhub.records.services.decisions import Wish
from agencyhub.records.unknown import UnknownValue, ValueMention
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import option
from tests.factories.policies import CarrierProductFactory

FILE = Source(key="import:1", label="leads.csv", url="/imports/1/")
OTHER = Source(key="import:2", label="more.csv")
STATUS = "policy_status"


def resolve(texts, *, kind=STATUS, source=FILE, **more):
    return values.resolve(kind=kind, texts=texts, source=source, **more)


def asked(text="In force", *, kind=STATUS, source=FILE, **more):
    resolve([text], kind=kind, source=source, **more)
    return UnknownValue.objects.get(kind=kind)


def map_to(value, target, user):
    wishes = [Wish(value.pk, target.pk)]
    return decisions.map_values(wishes=wishes, user=user, at=timezone.now())


@pytest.mark.django_db
class TestResolve:
    def test_knows_labels_whatever_the_spelling_and_asks_about_the_rest(self):
        active = option(STATUS, "Active")

        found = resolve({"Active": 3, " ACTÍVE ": 2, "In force": 41, "": 7, "  ": 1})

        assert found.known == {"Active": active.pk, " ACTÍVE ": active.pk}
        assert found.unknown == {"In force"}
        value = UnknownValue.objects.get()
        assert (value.text, value.state) == ("In force", "open")
        mention = value.mentions.get()
        assert (mention.source, mention.label, mention.times) == ("import:1", "leads.csv", 41)

    def test_counts_what_a_source_says_once_however_often_it_is_read(self):
        resolve({"In force": 41, "in-force": 2}, examples={"In force": [["Line 17", "/x/"]]})
        resolve({"In force": 40}, examples={"In force": [["Line 18", "/y/"]]})
        resolve({"IN FORCE": 5}, source=OTHER)

        value = UnknownValue.objects.get()
        met = ValueMention.objects.filter(value=value).order_by("source")
        assert list(met.values_list("times", flat=True)) == [40, 5]
        assert met[0].examples == [["Line 18", "/y/"]]

    def test_asks_about_a_value_that_is_no_longer_offered(self):
        user, active = UserFactory(owner=True), option(STATUS, "Active")
        map_to(asked(), active, user)

        Option.objects.filter(pk=active.pk).update(is_active=False)

        assert resolve(["Active", "In force"]).unknown == {"Active", "In force"}
        assert set(UnknownValue.objects.values_list("state", flat=True)) == {"open"}

    def test_asks_nothing_without_a_source(self):
        assert resolve(["In force"], source=None).unknown == {"In force"}
        assert not UnknownValue.objects.exists()

    def test_needs_no_more_statements_for_more_texts(self, django_assert_max_num_queries):
        with django_assert_max_num_queries(6):
            resolve({f"Status {number}": number for number in range(1, 400)})

        assert UnknownValue.objects.count() == 399

    def test_tells_texts_of_nothing_but_marks_apart(self):
        assert resolve(["?", "--"]).unknown == {"?", "--"}
        assert UnknownValue.objects.count() == 2

    def test_finds_agents_by_number_address_and_name_but_never_guesses(self):
        sam = AgentFactory(first_name="Sam", last_name="Seller", npn="77", email="s@example.com")
        AgentFactory(first_name="Bo", last_name="Twin", npn="")
        AgentFactory(first_name="Bo", last_name="Twin", npn="")

        found = resolve(
            ["77", "S@example.com", "sam seller", "Seller, Sam", "Bo Twin"], kind="agent"
        )

        assert set(found.known.values()) == {sam.pk}
        assert len(found.known) == 4
        assert found.unknown == {"Bo Twin"}

    def test_finds_products_of_the_carrier_only(self):
        ours = CarrierProductFactory(name="Gold Plus")
        theirs = CarrierProductFactory(name="Silver")
        kind = "carrier_product"

        found = resolve(["GOLD PLUS", "Silver"], kind=kind, within_id=ours.carrier_id)

        assert found.known == {"GOLD PLUS": ours.pk}
        assert UnknownValue.objects.get().within_id == ours.carrier_id != theirs.carrier_id

    def test_forgets_a_source_and_the_questions_of_nobody_else(self):
        resolve(["In force", "Mine"])
        resolve(["In force"], source=OTHER)

        values.forget(source_key="import:1")

        assert list(UnknownValue.objects.values_list("text", flat=True)) == ["In force"]
        assert ValueMention.objects.get().source == "import:2"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("default_options")
def test_two_readings_at_once_ask_once():
    texts = {f"Status {number}": 1 for number in range(50)}
    start = Barrier(2)

    def run(number):
        try:
            start.wait(timeout=60)
            shuffled = dict(sorted(texts.items(), reverse=bool(number)))
            source = Source(key=f"import:{number}", label="file")
            return len(resolve(shuffled, source=source).unknown)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, range(2))) == [50, 50]

    assert UnknownValue.objects.count() == 50
    assert ValueMention.objects.count() == 100
