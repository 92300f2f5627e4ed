"""Parts of pages that are drawn once."""

from django.core.cache import cache
from django.template import Context, engines
from django.utils import translation

from agencyhub.home.context import Link
from agencyhub.lib import caching
from agencyhub.lib.templatetags import kept

PAGE = '{% load kept %}{% kept "components/user_links.html" links=links %}'


def drawn(links, token="token-of-one", **more):
    page = engines["django"].engine.from_string(PAGE)
    return page.render(Context({"links": links, "csrf_token": token, **more}))


class TestKept:
    def test_has_the_token_of_each_visitor(self):
        links = (Link("Profile", "/profile/", "user"),)

        one, other = drawn(links), drawn(links, token="token-of-another")

        assert 'value="token-of-one"' in one
        assert one.replace("token-of-one", "token-of-another") == other
        assert kept.TOKEN not in one

    def test_differs_by_value_and_language(self):
        english = drawn((Link("Profile", "/profile/", "user"),))
        with translation.override("es"):
            spanish = drawn((Link("Profile", "/profile/", "user"),))

        assert "Sign out" in english
        assert "Sign out" not in spanish
        assert "Elsewhere" in drawn((Link("Elsewhere", "/elsewhere/", "user"),))

    def test_escapes_values(self):
        assert "&lt;b&gt;" in drawn((Link("<b>", "/", "user"),))

    def test_sees_nothing_else_of_the_page(self):
        first = drawn((Link("First", "/", "user"),), logout_url="/of-the-page/")

        assert "/of-the-page/" not in first


class TestCache:
    def test_keeps_its_client(self):
        assert isinstance(cache._cache, caching.KeptClient)
        for write in (False, True):
            kept = cache._cache.get_client(write=write)
            assert cache._cache.get_client(write=write) is kept

        cache.set("kept-client", "value", 5)
        assert cache.get("kept-client") == "value"
