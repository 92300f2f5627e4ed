"""Every text of the product is there in Spanish, and what runs is what was written."""

import re

import pytest
from django.utils import translation

from tests.languages import catalogue

# Values that a sentence is filled with: %(name)s, %s, {name}, {count:,}.
VALUES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*(?::[^}]*)?\}|<[a-z]+\b")


@pytest.fixture(scope="module")
def spanish():
    return catalogue.read()


@pytest.fixture(scope="module")
def texts():
    return catalogue.texts()


class TestSpanish:
    def test_has_every_text(self, spanish, texts):
        missing = []
        for (context, text), place in texts.items():
            found = spanish.get(text if isinstance(text, str) else text[0], context)
            said = found.string if found is not None and found.id == text else ""
            if not all([said] if isinstance(said, str) else said) or not said or found.fuzzy:
                missing.append(f"{place}: {text}")

        assert missing == [], "Run bin/translations, and translate what it lists."

    def test_has_nothing_that_nobody_says(self, spanish, texts):
        said = {(found.context, found.id) for found in spanish if found.id}

        assert said - texts.keys() == set()

    def test_fills_in_the_same_values(self, spanish):
        different = []
        for found in spanish:
            if not found.id:
                continue
            one, *many = [found.id] if isinstance(found.id, str) else found.id
            last = many[0] if many else one
            said = [found.string] if isinstance(found.string, str) else found.string
            for form in said:
                wanted, got = set(VALUES.findall(last)), set(VALUES.findall(form))
                if got != wanted and not (form == said[0] and got == set(VALUES.findall(one))):
                    different.append(f"{found.id}: {form}")

        assert different == []

    def test_is_compiled(self, spanish):
        """Nobody forgot bin/translations: what runs needs no tool of the system."""
        assert catalogue.SPANISH.with_suffix(".mo").read_bytes() == catalogue.compiled(spanish)


class TestExtraction:
    def test_finds_what_python_templates_models_forms_and_imports_say(self, texts):
        for text in ("Sign in", "effective date", "Time zone", "Date of birth"):
            assert (None, text) in texts

    def test_finds_both_forms_of_what_is_counted(self, texts):
        assert (None, ("%d day", "%d days")) in texts


class TestInUse:
    def test_django_finds_the_words(self):
        with translation.override("es"):
            assert translation.gettext("Sign in") == "Iniciar sesión"
            assert translation.ngettext("%d day", "%d days", 2) == "%d días"
