import pytest
from django.urls import reverse

from tests.factories.accounts import UserFactory
from tests.factories.imports import TemplateFactory, TemplateVersionFactory

pytestmark = pytest.mark.django_db
LIST = reverse("imports:template_list")
MAY = ["imports.run_import", "imports.change_template"]


@pytest.fixture
def template():
    made = TemplateFactory(name="Acme leads")
    TemplateVersionFactory(template=made)
    columns = [{"header": "Surname", "field": "last_name"}]
    TemplateVersionFactory(template=made, number=2, columns=columns)
    return made


def page_of(template) -> str:
    return reverse("imports:template_detail", args=[template.pk])


@pytest.fixture
def browser(client):
    client.force_login(UserFactory(may=MAY))
    return client


class TestTemplates:
    def test_lists_them_by_kind_with_their_versions(self, browser, template):
        groups = dict(browser.get(LIST).context["groups"])

        assert [line["versions"] for line in groups["Individuals"]] == [2]

    def test_lists_the_layouts_that_are_known_without_anybody(self, browser):
        groups = dict(browser.get(LIST).context["groups"])

        names = [line["template"].name for line in groups["Commission statement"]]
        assert "Humana statement" in names

    def test_tells_what_a_version_brought(self, browser, template):
        newest, first = browser.get(page_of(template)).context["versions"]

        assert newest["columns"] == [{"header": "Surname", "field": "Last name", "is_new": True}]
        assert newest["gone"] == ["Last", "Shoe size"]
        assert first["gone"] == []

    def test_can_be_renamed(self, browser, template):
        browser.post(page_of(template), {"name": "Acme book"})

        template.refresh_from_db()
        assert template.name == "Acme book"

    def test_refuses_a_name_that_is_taken(self, browser, template):
        TemplateFactory(name="Other")

        assert browser.post(page_of(template), {"name": "OTHER"}).status_code == 422

    def test_can_be_put_out_of_use_and_back(self, browser, template):
        url = reverse("imports:template_activate", args=[template.pk])

        browser.post(url)
        template.refresh_from_db()
        assert not template.is_active

        browser.post(url, {"active": "1"})
        template.refresh_from_db()
        assert template.is_active

    def test_are_read_only_without_the_right(self, client, template):
        client.force_login(UserFactory(may=["imports.run_import"]))

        assert client.get(page_of(template)).status_code == 200
        client.post(page_of(template), {"name": "Mine"})
        url = reverse("imports:template_activate", args=[template.pk])
        assert client.post(url).status_code == 403
        template.refresh_from_db()
        assert (template.name, template.is_active) == ("Acme leads", True)

    def test_take_as_many_queries_for_many_as_for_few(self, browser, django_assert_max_num_queries):
        for _ in range(12):
            TemplateVersionFactory()
        browser.get(LIST)  # what AgencyHub knows by itself is installed once

        with django_assert_max_num_queries(13):
            browser.get(LIST)
