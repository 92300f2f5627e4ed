"""What templates show can be translated."""

import pytest

from tests.languages import catalogue, literals


class TestTemplates:
    @pytest.mark.parametrize(
        "path",
        catalogue.templates(),
        ids=lambda path: str(path.relative_to(catalogue.ROOT / "templates")),
    )
    def test_show_no_words_outside_translate(self, path):
        found = [f"{path}:{line}: {words}" for line, words in literals.in_template(path)]

        assert found == []


class TestReader:
    @pytest.mark.parametrize(
        "source",
        [
            "<p>Words</p>",
            '<p title="Words">{% translate "Said" %}</p>',
            '<td data-label="Words"></td>',
            '<input placeholder="{{ x }} words">',
            '{% include "a.html" with title="Words" %}',
            '{% badge "Words" "info" %}',
            '{{ name|default:"Nobody" }}',
            '<code>x</code><p lang="es">Hola</p>words',
        ],
    )
    def test_finds_words(self, source, tmp_path):
        path = tmp_path / "page.html"
        path.write_text(source)

        assert literals.in_template(path)

    @pytest.mark.parametrize(
        "source",
        [
            '<p>{% translate "Words" %} 12 · {{ name }}</p>',
            "{% blocktranslate %}Words{% endblocktranslate %}",
            '<div class="card words" data-url="/words/">AgencyHub</div>',
            '{% include "a.html" with title=_("Words") css="btn btn-sm" %}',
            '<code>words</code><pre lang="en">Hello,<br>you</pre>',
            "{# words #}{% comment %}words{% endcomment %}<script>words()</script>",
        ],
    )
    def test_leaves_code_and_what_is_translated_alone(self, source, tmp_path):
        path = tmp_path / "page.html"
        path.write_text(source)

        assert literals.in_template(path) == []
