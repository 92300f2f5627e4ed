"""The search for people: each field in any spelling, each reach, indexed and not yet indexed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencyhub.accounts import scope
from agencyhub.accounts.models import Role
from individuals.models import Backlog, Individual, IndividualAgent, IndividualTerm, SalesRecord
from individuals.searching import read_query
from individuals.selectors_search import parts, people
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import MBI, AddressFactory, IndividualFactory, SalesRecordFactory

pytestmark = pytest.mark.django_db
MAY = ["individuals.view_individual", "individuals.view_salesrecord"]
PEGGY = {
    "first_name": "María Elena", "last_name": "Núñez de la Cruz", "nickname": "Peggy",
    "home_phone": "5155550100", "cell_phone": "6415559999", "email": "Peg@example.com",
}  # fmt: skip
ZOE = {"first_name": "Zoe", "last_name": "Young", "home_phone": "", "email": ""}
SPELLINGS = [
    "{0}{1}{2}", "({0}) {1}-{2}", "{0}-{1}-{2}", "{0}.{1}.{2}", "+1 {0} {1} {2}", "1{0}{1}{2}",
    " {0} / {1}{2} ", "{1}-{2}", "{1} {2}", "{0}", "({0}) {1}", "{1}", "{2}", "{0}{1}",
]  # fmt: skip
WAYS = ["by terms", "person by person", "book by book", "while they wait"]


@pytest.fixture(params=WAYS)
def way(request, monkeypatch):
    """Each way to look: by the index, by the columns of a small book or of whom nobody indexed."""
    monkeypatch.setattr(parts, "SMALL_BOOK", 50 if request.param == "book by book" else -1)
    if request.param == "person by person":  # so many are in reach that their keys are not hashed
        monkeypatch.setattr(scope, "MOST_HASHED", -1)
    return request.param


def wait(way):
    """Let everybody wait for a worker, if that is the way to test."""
    if way == "while they wait":
        IndividualTerm.objects.all().delete()
        keys = sorted(Individual.objects.values_list("pk", flat=True))
        table = Individual._meta.db_table
        Backlog.objects.create(table_name=table, work="index", first_id=keys[0], last_id=keys[-1])


def somebody(reach=Role.Scope.ALL):
    user = UserFactory(may=MAY, may__reach=reach)
    return user, AgentFactory(user=user)


def found(text, *, user=None, model=Individual):
    user = user or somebody()[0]
    result = people.find(model, user=user, query=read_query(text), limit=10)
    return [(match.person.id, match.hit.field) for match in result.matches]


class TestFields:
    @pytest.mark.parametrize(
        ("text", "field"),
        [
            ("nu", "Name"), ("Núñez", "Name"), ("nunez de la", "Name"), ("maria núñez", "Name"),
            ("NUÑEZ DE LA CRUZ, MARIA", "Name"), ("cruz", "Name"), ("cruz maria", "Name"),
            ("de la cruz, maria", "Name"), ("elena nunez", "Name"), ("Maria X. Nunez", "Name"),
            ("pegg", "Nickname"), ("Peggy Nunez", "Nickname"), ("nuñez peg", "Nickname"),
            ("1eg4-te5-mk73", "MBI"), ("MK73", "MBI"), ("***mk73", "MBI"), ("MK74", None),
            ("peg@ex", "Email"), ("PEG@EXAMPLE.COM", "Email"), ("eg@example.com", None),
            ("3/14/1958", "Date of birth"), ("3/15/1958", None),
            ("nunez 1958", "Name and date of birth"), ("nunez 1957", None),
            ("peg nunez 03/14/1958", "Nickname and date of birth"),
            ("nunez 641", "Name and cell phone"), ("nunez 777", None),
            ("nunez 50010", "Name and ZIP code"), ("zzyzx", None), ("1EG4TE5MK72", None),
        ],
    )  # fmt: skip
    def test_say_what_was_hit(self, way, text, field):
        user, agent = somebody(Role.Scope.OWN)
        person = IndividualFactory(**PEGGY, mbi=MBI, servicing_agent=agent)
        AddressFactory(individual=person)
        IndividualFactory(**ZOE, date_of_birth=None, servicing_agent=agent)
        wait(way)

        assert found(text, user=user) == ([(person.pk, field)] if field else [])

    def test_of_sales_records_are_searched_alike(self):
        record = SalesRecordFactory(**PEGGY, mbi=MBI, zip_code="50010")

        for text in ("peggy nunez", "641 555-9999", MBI, "nunez 50010"):
            assert [pk for pk, _ in found(text, model=SalesRecord)] == [record.pk]

    @settings(
        max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.integers(2_002_000_000, 9_999_999_999).map(str), st.sampled_from(SPELLINGS))
    def test_finds_a_phone_in_any_spelling(self, way, number, spelling):
        person = IndividualFactory(**{**ZOE, "cell_phone": number})
        wait(way)
        user, agent = somebody(Role.Scope.OWN)
        Individual.objects.update(servicing_agent=agent)

        text = spelling.format(number[:3], number[3:6], number[6:])
        assert person.pk in [pk for pk, _ in found(text, user=user)]
        person.delete()
        assert person.pk not in [pk for pk, _ in found(text, user=user)]

    @given(st.lists(st.sampled_from(["", "-", " "]), min_size=11, max_size=11), st.booleans())
    @settings(max_examples=10, deadline=None)
    def test_finds_an_mbi_in_any_spelling(self, gaps, is_lower):
        person = Individual.objects.filter(mbi_tail=MBI[-4:]).first()
        person = person or IndividualFactory(**ZOE, mbi=MBI)
        text = "".join(letter + gap for letter, gap in zip(MBI, gaps, strict=True))

        assert found(text.lower() if is_lower else text) == [(person.pk, "MBI")]


class TestReach:
    CASES = ("own", "additional", "unassigned", "foreign")

    @pytest.mark.parametrize(
        ("reach", "seen"),
        [
            (Role.Scope.OWN, {"own", "additional"}),
            (Role.Scope.OWN_AND_UNASSIGNED, {"own", "additional", "unassigned"}),
            (Role.Scope.ALL, set(CASES)),
        ],
    )
    @pytest.mark.parametrize("text", ["young", "zoe", "yuong", "5155550100", "0100", MBI, "555-01"])
    def test_decides_who_is_found(self, way, reach, seen, text):
        user, mine = somebody(reach)
        agents = {"own": mine, "unassigned": None}
        stranger = AgentFactory()
        made = {
            IndividualFactory(
                **{**ZOE, "home_phone": "5155550100"}, mbi=MBI,
                servicing_agent=agents.get(case, stranger),
            ).pk: case
            for case in self.CASES
        }  # fmt: skip
        keys = {case: pk for pk, case in made.items()}
        IndividualAgent.objects.create(individual_id=keys["additional"], agent=mine)
        if text != "yuong":  # names that nobody has are found once they are indexed
            wait(way)

        assert {made[pk] for pk, _ in found(text, user=user)} == seen


class TestOrder:
    def test_whole_names_come_first_and_those_alike_last(self):
        names = ["Marian Abel", "Mario Maria", "Maria Zorn", "Marta Maria"]
        made = {}
        for name in names:
            first, last = name.split()
            made[IndividualFactory(**{**ZOE, "first_name": first, "last_name": last}).pk] = name

        assert [made[pk] for pk, _ in found("maria")] == [
            "Mario Maria", "Marta Maria", "Maria Zorn", "Marian Abel",
        ]  # fmt: skip

    def test_a_mistyped_name_is_found_and_says_so(self):
        person = IndividualFactory(**{**ZOE, "first_name": "Maria", "last_name": "Gonzalez"})

        assert found("maria gonzlez") == [(person.pk, "Spelled like")]

    def test_says_that_there_are_more(self):
        for _ in range(3):
            IndividualFactory(**ZOE)

        result = people.find(Individual, user=somebody()[0], query=read_query("young"), limit=2)

        assert len(result.matches) == 2
        assert result.has_more
