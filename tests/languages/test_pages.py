"""Pages in Spanish show no English that has a translation."""

from datetime import date
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format, number_format

from agencyhub.imports.models import Template
from agencyhub.records.models import Option
from tests.browser.screens import SCREENS
from tests.factories.accounts import UserFactory
from tests.languages import catalogue, literals

# Without Swagger's page, and what needs records of the demo.
PAGES = [
    screen
    for screen in SCREENS
    if not (screen.example or screen.press or screen.args)
    and screen.status == 200
    and screen.name != "api_docs"
]
# Words that are the same in both languages somewhere else on a page, or somebody's name.
ALIKE = {"AgencyHub", "English"}


class _Page(HTMLParser):
    """Collects the texts that a page shows or says, element by element."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: set[str] = set()
        self._apart: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        if tag not in literals.VOID and (
            self._apart or tag in literals.SILENT or ("lang" in own and tag != "html")
        ):
            self._apart.append(tag)
        self.texts |= {value for name, value in attrs if name in literals.SPOKEN and value}

    def handle_endtag(self, tag: str) -> None:
        if tag in self._apart:
            while self._apart.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._apart:
            self.texts.add(" ".join(data.split()))


@pytest.fixture(scope="module")
def english() -> set[str]:
    """Texts whose translation differs, as a page would show them."""
    said = {found.id: found.string for found in catalogue.read() if isinstance(found.id, str)}
    alike = ALIKE | {str(text) for text in said.values()}
    return {
        shown
        for text, told in said.items()
        for shown in (text, text[:1].upper() + text[1:])
        if text and told != text and shown not in alike and "%" not in text
    }


def shown_in(html: str) -> set[str]:
    page = _Page()
    page.feed(html)
    return page.texts


@pytest.mark.django_db
class TestPages:
    @pytest.mark.parametrize("screen", PAGES, ids=str)
    def test_are_in_spanish(self, screen, client, english):
        if screen.user:
            client.force_login(UserFactory(owner=True, language="es"))
        page = client.get(
            reverse(screen.name, args=screen.args) + screen.query,
            headers={"accept-language": "es-US,es;q=0.9"},
        )

        assert page.status_code == 200
        assert page.headers["Content-Language"] == "es"
        assert '<html lang="es"' in page.text
        # An agency's own words are what the agency calls them.
        own = {*Option.objects.values_list("label", flat=True)}
        own |= {*Template.objects.values_list("name", flat=True)}
        assert shown_in(page.text) & english - own == set()


@pytest.mark.django_db
class TestLanguage:
    def test_a_visitor_may_choose_before_the_sign_in(self, client):
        client.post(reverse("set_language"), {"language": "es", "next": "/accounts/login/"})

        page = client.get(reverse("accounts:login"))

        assert "Iniciar sesión" in page.text
        assert {"Cookie", "Accept-Language"} <= set(page.headers["Vary"].split(", "))

    def test_the_users_own_counts_from_then_on(self, client):
        client.force_login(UserFactory(owner=True, language="en-us"))

        page = client.get("/", headers={"accept-language": "es"})

        assert page.headers["Content-Language"] == "en-us"
        assert "Accept-Language" not in page.headers["Vary"]

    def test_errors_speak_it_too(self, client):
        client.force_login(UserFactory(language="es"))

        assert "Aquí no hay nada" in client.get("/nowhere/").text
        assert "Usted no puede abrir esto" in client.get(reverse("accounts:user_list")).text

    def test_the_profile_answers_in_the_language_just_chosen(self, client):
        user = UserFactory(owner=True)
        client.force_login(user)

        page = client.post(
            reverse("accounts:profile"),
            {"first_name": "A", "last_name": "B", "language": "es", "theme": "auto",
             "time_zone": "America/Denver"},
            follow=True,
        )  # fmt: skip

        assert "Su perfil se guardó." in page.text

    def test_formats_stay_those_of_the_united_states(self):
        with translation.override("es"):
            assert number_format(1234.5, 2, use_l10n=True, force_grouping=True) == "1,234.50"
            assert date_format(date(2026, 3, 14)) == "03/14/2026"

    def test_the_rest_api_speaks_english(self, client):
        client.force_login(UserFactory(language="es"))

        answer = client.get("/api/v1/individuals/", headers={"accept-language": "es"})

        assert answer.headers["Content-Language"] == "en-us"
