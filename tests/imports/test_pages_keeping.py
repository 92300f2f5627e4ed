"""What the studio proposes to keep a mapping as, and whose template it says that is."""

import re

import pytest
from django.urls import reverse

from agencyhub.imports.models import Import, Template, TemplateVersion
from agencyhub.imports.services import known_layouts
from tests.factories.accounts import UserFactory
from tests.factories.imports import TemplateFactory, TemplateVersionFactory
from tests.factories.policies import CarrierFactory
from tests.imports.desk import keep_proposal, press, upload

pytestmark = pytest.mark.django_db
HEADER = "First name,Last name,DOB,Email"
NEARLY = "First name,Last name,Member DOB,Email"
ANA = "Ana,Lopez,03/14/1958,ana@example.com"
LIST = reverse("imports:template_list")
STATEMENT = (
    "Distributor Number,Writing Agent Number,Insured Name,Policy number,Plan Code,"
    "Monthly premium,advance %,advance months,Advance Type,advance sum,application date"
)
PAID = "1,A-1,Ana Lopez,W-1,Basic,10.00,75,9,New,67.50,10/01/2026"

WELLABLE = {"carrier": "Wellable", "carrier_also": ["Wellabe"], "means": "advance"}


@pytest.fixture
def ann():
    return UserFactory(owner=True, first_name="Ann", last_name="Agent")


@pytest.fixture
def browser(client, ann):
    client.force_login(ann)
    return client


@pytest.fixture
def theirs(client):
    """The template that Bob made of a file of his."""
    client.force_login(UserFactory(owner=True, first_name="Bob", last_name="Baker"))
    run = keep_proposal(client, upload(client, HEADER, ANA))
    assert run.state == Import.State.CHECKED
    run.version.template.name = "Bob’s leads"
    run.version.template.save()
    return run.version.template


def studio_of(page, run: Import):
    return page.get(reverse("imports:mapping_studio", args=[run.pk]))


def keep(page, run: Import, **changes: str) -> Import:
    """Press the button with everything as the page proposes it, but for ``changes``."""
    context = studio_of(page, run).context
    fields = {one.name: one.field_key for one in context["studio"].columns}
    asked = {one.html_name: shown(one) for one in context["questions"]}
    usual = {name: context[name] for name in ("save_as", "name")}
    return press(page, run, "mapping_studio", **{**fields, **asked, **usual, **changes}, save="1")


def shown(question) -> str:
    """What a browser sends of a select: the first option when the wanted one is not there."""
    offered = [str(value) for value, _ in question.field.choices]
    return question.value() if question.value() in offered else offered[0]


def chosen(answer) -> str:
    """The option of "Keep as" that a browser shows."""
    options = re.search(r'<select[^>]*id="save-as".*?</select>', answer.text, re.DOTALL)[0]
    found = re.findall(r'<option value="(\w+)"( selected)?>', options)
    return next((value for value, mark in found if mark), found[0][0])


class TestOfSomebodyElse:
    def test_proposes_a_new_one_under_ones_own_name(self, browser, theirs, ann):
        browser.force_login(ann)
        run = upload(browser, NEARLY, ANA)

        answer = studio_of(browser, run)

        assert chosen(answer) == "new"
        assert answer.context["name"] == "Bob’s leads (Ann Agent)"
        assert "“Bob’s leads” was made by Bob Baker. A new version reads the files" in answer.text

    def test_keeps_a_new_one_and_leaves_theirs_alone(self, browser, theirs, ann):
        browser.force_login(ann)

        run = keep(browser, upload(browser, NEARLY, ANA))

        assert run.state == Import.State.CHECKED
        assert (run.version.template.name, run.version.number) == ("Bob’s leads (Ann Agent)", 1)
        assert theirs.versions.count() == 1

    def test_proposes_a_name_that_is_free(self, browser, theirs, ann):
        browser.force_login(ann)
        TemplateFactory(name="bob’s leads (ann agent)")

        answer = studio_of(browser, upload(browser, NEARLY, ANA))

        assert answer.context["name"] == "Bob’s leads (Ann Agent) 2"

    def test_adds_a_version_when_that_is_chosen(self, browser, theirs, ann):
        browser.force_login(ann)

        run = keep(browser, upload(browser, NEARLY, ANA), save_as="version")

        assert (run.version.template, run.version.number) == (theirs, 2)
        assert run.version.user == ann

    def test_makes_none_when_nothing_is_said_anew(self, browser, theirs, ann):
        browser.force_login(ann)
        run = upload(browser, HEADER, "Cleo,Ng,01/02/1950,c@example.com")

        run = keep(browser, run)

        assert run.version.template == theirs
        assert Template.objects.filter(kind="individuals").count() == 1
        assert TemplateVersion.objects.filter(template__kind="individuals").count() == 1

    def test_stays_with_what_was_chosen_when_a_field_changes(self, browser, theirs, ann):
        browser.force_login(ann)
        run = upload(browser, NEARLY, ANA)
        sent = {"field-0": "first_name", "save_as": "version", "name": "Mine"}

        answer = browser.post(reverse("imports:mapping_studio", args=[run.pk]), sent)

        assert chosen(answer) == "version"
        assert answer.context["name"] == "Mine"


class TestOfAgencyHub:
    def test_proposes_a_new_one_and_says_whose_it_is(self, browser):
        CarrierFactory(name="Wellable")
        run = upload(browser, STATEMENT, PAID, kind="commission_statement")

        answer = studio_of(browser, run)

        assert chosen(answer) == "new"
        assert answer.context["name"] == "Wellable statement (Ann Agent)"
        assert "“Wellable statement” comes with AgencyHub." in answer.text

    def test_knows_of_its_files_what_nobody_is_asked(self, browser):
        CarrierFactory(name="Wellable")
        run = upload(browser, STATEMENT, PAID, kind="commission_statement")

        run = keep(browser, run)

        template = run.version.template
        assert template.name == "Wellable statement (Ann Agent)"
        assert template.origin == ""
        assert template.options == WELLABLE

    def test_knows_a_carrier_by_the_name_that_the_agency_does_not_use(self, browser):
        CarrierFactory(name="Wellabe")
        run = upload(browser, STATEMENT, PAID, kind="commission_statement")

        run = keep(browser, run)

        assert run.version.template.options == WELLABLE

    @pytest.mark.parametrize("carrier", ["", "Humana"])
    def test_knows_nothing_of_another_carrier(self, browser, carrier):
        CarrierFactory(name="Wellable")
        CarrierFactory(name="Humana")
        run = upload(browser, STATEMENT, PAID, kind="commission_statement")

        keep(browser, run, **{"option-carrier": carrier})

        made = Template.objects.get(name="Wellable statement (Ann Agent)")
        assert made.options == ({"carrier": carrier} if carrier else {})


class TestOfOnesOwn:
    def test_proposes_a_new_version(self, browser):
        own = keep_proposal(browser, upload(browser, HEADER, ANA)).version.template
        run = upload(browser, NEARLY, ANA)

        answer = studio_of(browser, run)
        run = keep(browser, run)

        assert chosen(answer) == "version"
        assert f"“{own.name}” is your own template." in answer.text
        assert (run.version.template, run.version.number) == (own, 2)

    def test_stays_ones_own_with_a_version_of_somebody_else(self, browser, ann):
        own = keep_proposal(browser, upload(browser, HEADER, ANA)).version.template
        columns = [{"header": one, "field": ""} for one in NEARLY.split(",")]
        TemplateVersionFactory(template=own, number=2, columns=columns, user=UserFactory())

        assert (
            chosen(studio_of(browser, upload(browser, f"{NEARLY},Shoe", f"{ANA},38"))) == "version"
        )


class TestNoTemplateIsLikeIt:
    def test_names_it_after_the_file(self, browser):
        answer = studio_of(browser, upload(browser, HEADER, ANA, name="March leads.csv"))

        assert answer.context["name"] == "March leads"
        assert 'id="save-as"' not in answer.text


class TestListOfTemplates:
    def test_says_who_made_each(self, browser, theirs, ann):
        browser.force_login(ann)
        known_layouts.install_all()
        TemplateVersionFactory(template__name="By a script")

        groups = browser.get(LIST).context["groups"]

        made_by = {line["template"].name: line["made_by"] for _, lines in groups for line in lines}
        assert made_by["Bob’s leads"] == "Bob Baker"
        assert made_by["Humana statement"] == "AgencyHub"
        assert made_by["By a script"] == ""
