"""Reading a submission: what is told, what is left out, what is refused."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from integrations.errors import PartnerContractError
from integrations.healthsherpa.envelopes import open_envelopes, snake
from integrations.healthsherpa.mapping import read_submission
from tests.healthsherpa.samples import CASINGS, ENVELOPES, sample, submission


def read(body):
    return read_submission(open_envelopes(body)[0])


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("casing", CASINGS)
def test_reads_every_envelope_and_casing_alike(envelope, casing):
    found = read(ENVELOPES[envelope](CASINGS[casing](sample())))

    assert found == read(sample())
    assert found.unread == ()
    assert found.key == "9f3b6a52-2f0e-4f6f-8a51-6a4f0d6c1a10@2026-10-15T15:28:41.007000Z"


def test_reads_all_that_is_told():
    told = read(sample()).told

    assert (told.source, told.sharing, told.status) == ("healthsherpa", "full", "enrolled")
    assert told.source_updated_at == datetime(2026, 10, 15, 15, 28, 41, 7000, tzinfo=UTC)
    assert (told.first_name, told.middle_name, told.last_name) == ("Ana", "Maria", "Lopez")
    assert told.date_of_birth == date(1958, 3, 14)
    assert told.mbi is not None
    assert told.mbi.full == "1EG4TE5MK73"
    assert (told.carrier_name, told.plan_id, told.plan_type) == (
        "Humana", "H5216-001-000", "mapd hmo",
    )  # fmt: skip
    assert (told.agent_name, told.agent_npn) == ("Dana Whitfield", "17654321")
    assert (told.election_code, told.signature) == ("NEW", "voice_signature")
    assert (told.effective_date, told.plan_year) == (date(2027, 1, 1), 2027)
    assert told.premium == Decimal("24.50")
    assert [(r.plan_name, r.premium) for r in told.riders] == [
        ("MyOption Dental", Decimal("18.90"))
    ]


def test_takes_a_contact_with_only_a_name_for_an_independent_agents():
    told = read(sample("independent_agent")).told

    assert told.sharing == "limited"
    assert (told.first_name, told.mbi, told.date_of_birth) == ("Harold", None, None)
    assert (told.state, told.zip_code) == ("NE", "68102")


@pytest.mark.parametrize("contact", [None, {}, {"id": 1, "external_id": "not-ours-77"}])
def test_survives_a_contact_that_says_nothing(contact):
    found = read({**sample(), "contact": contact})

    assert found.told.sharing == "limited"
    assert found.unread == ()


@pytest.mark.parametrize(
    ("premium", "dollars"),
    [
        ({"total_premium_cents": 2450}, "24.50"),
        ({"total_premium_cents": "2450"}, "24.50"),
        ({"total_premium_cents": {"cents": 2450, "currency_iso": "USD"}}, "24.50"),
        ({"total_premium_cents": {"amount": 2450}}, "24.50"),
        ({"total_premium_cents": None, "total_premium": {"amount": "24.50"}}, "24.50"),
        ({"total_premium_cents": None, "total_premium": {"amountCents": 2450}}, "24.50"),
        ({"total_premium_cents": None, "premium": "24.5"}, "24.5"),
        ({"total_premium_cents": 2450.0}, "24.50"),
        ({"total_premium_cents": 0}, "0"),
    ],
)
def test_reads_premiums_in_every_shape(premium, dollars):
    found = read(submission(**premium))

    assert found.told.premium == Decimal(dollars)
    assert found.unread == ()


@pytest.mark.parametrize("nothing", [None, "", {}])
def test_knows_no_premium_where_none_is_told(nothing):
    found = read(submission(total_premium_cents=nothing))

    assert (found.told.premium, found.unread) == (None, ())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"total_premium_cents": "24.50"}, "total_premium_cents"),
        ({"total_premium_cents": {"currency": "USD"}}, "total_premium_cents"),
        ({"total_premium_cents": True}, "total_premium_cents"),
        ({"effective_date": "soon"}, "effective_date"),
        ({"effective_date": ["2027-01-01"]}, "effective_date"),
        ({"submitted_at": 1760000000}, "submitted_at"),
        ({"plan_year": "next"}, "plan_year"),
        ({"carrier_name": {"name": "Humana"}}, "carrier_name"),
        ({"plan_name": "Gold\u0000Plus"}, "plan_name"),
    ],
)
def test_leaves_out_what_cannot_be_read_and_names_it(changes, field):
    found = read(submission(**changes))

    assert found.unread == (f"medicare_application.{field}",)
    assert found.told.first_name == "Ana"


def test_leaves_out_an_mbi_that_breaks_the_rules():
    body = sample()
    body["contact"]["medicare_number"] = "1SG4-TE5-MK73"

    found = read(body)

    assert (found.told.mbi, found.unread) == (None, ("contact.medicare_number",))


@pytest.mark.parametrize(
    ("_case", "body", "field"),
    [
        ("a number", 7, "medicare_application"),
        ("an empty array", [], "medicare_application"),
        ("nothing known", {"hello": "world"}, "medicare_application"),
        ("text that is no JSON", {"text": "hello"}, "medicare_application"),
        ("wrapped for ever", {"data": {"data": {"data": {"data": {"data": {"data": {"data": {
            "data": {}}}}}}}}}, "medicare_application"),
        ("no object", {"medicare_application": "yes"}, "medicare_application"),
        ("no id", {"medicare_application": {"carrier_name": "Humana"}}, "medicare_application.id"),
        ("an id too long", submission(id="x" * 81), "medicare_application.id"),
        ("an id that is a list", submission(id=["x"]), "medicare_application.id"),
        ("no moment", submission(updated_at="lately"), "medicare_application.updated_at"),
    ],
)  # fmt: skip
def test_refuses_what_cannot_be_told_apart(_case, body, field):
    with pytest.raises(PartnerContractError) as refusal:
        read(body)

    assert [found.field for found in refusal.value.problems] == [field]
    assert "Humana" not in str(refusal.value.problems)


def test_tells_updates_without_a_moment_apart_by_their_content():
    first = submission(updated_at=None)
    second = submission(updated_at=None, plan_name="Another plan")

    assert read(first).key == read(first).key != read(second).key


def test_writes_one_key_for_one_moment():
    spellings = (
        "2026-10-15T15:28:41Z",
        "2026-10-15T15:28:41.000+00:00",
        "2026-10-15 10:28:41-05:00",
    )

    assert len({read(submission(updated_at=text)).key for text in spellings}) == 1


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("cmsPlanId", "cms_plan_id"),
        ("submittingAgentNPN", "submitting_agent_npn"),
        ("partAEffectiveDate", "part_a_effective_date"),
        ("MedicareApplication", "medicare_application"),
        ("cms-plan-id", "cms_plan_id"),
        ("cms_plan_id", "cms_plan_id"),
    ],
)
def test_reads_names_in_every_casing(name, key):
    assert snake(name) == key
