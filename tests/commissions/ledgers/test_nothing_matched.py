"""A file in which no column says anything: no template is made of it, and the way on is said."""

import pytest
from django.urls import reverse

from agencyhub.imports.models import Import, Template
from tests.factories.accounts import UserFactory
from tests.imports.desk import press, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def browser(client):
    client.force_login(UserFactory(owner=True))
    return client


@pytest.fixture
def run(browser):
    return upload(browser, "Color,Shoe size", "red,42", name="shoes.csv", kind="book_of_business")


def studio(run: Import) -> str:
    return reverse("imports:mapping_studio", args=[run.pk])


class TestNothingMatched:
    def test_is_refused_and_makes_no_template(self, browser, run):
        kept = set(Template.objects.values_list("pk", flat=True))

        answer = browser.post(studio(run), {"save": "1", "name": "Shoes"})

        run.refresh_from_db()
        assert answer.status_code == 422
        assert "Choose a field for one column at least" in answer.content.decode()
        assert set(Template.objects.values_list("pk", flat=True)) == kept
        assert (run.state, run.version) == (Import.State.MAPPING, None)

    def test_without_a_carrier_the_page_says_where_to_choose_it_and_leads_there(self, browser, run):
        press(browser, run, "mapping_studio", save="1", name="Shoes", **{"field-0": "last_name"})

        run.refresh_from_db()
        page = browser.get(reverse("imports:import_detail", args=[run.pk])).content.decode()
        assert run.state == Import.State.ATTENTION
        assert "Choose the carrier under “Whose files these are”" in page
        assert studio(run) in page
        assert "Match columns differently" in page
