"""What is loaded before the first visitor comes."""

from pathlib import Path
from unittest import mock

from django.conf import settings
from django.template import TemplateSyntaxError, engines
from django.urls import get_resolver, get_urlconf

from agencyhub.lib import warming


class TestOurTemplates:
    def test_are_all_of_ours_and_the_controls_of_forms(self):
        names = set(warming.our_templates())

        root = Path(settings.BASE_DIR) / "templates"
        assert {path.relative_to(root).as_posix() for path in root.rglob("*.html")} <= names
        assert "django/forms/widgets/select.html" in names
        assert not any(name.startswith("admin/") and not (root / name).exists() for name in names)


class TestWarmUp:
    def test_leaves_nothing_to_compile_and_asks_no_database(self):
        engine = engines["django"].engine
        for loader in engine.template_loaders:
            loader.reset()

        warming.warm_up()

        names = list(warming.our_templates())
        with mock.patch("django.template.base.Template.compile_nodelist") as compiled:
            for name in names:
                engine.get_template(name)
        compiled.assert_not_called()
        assert get_resolver(get_urlconf())._populated

    def test_goes_on_after_a_broken_template(self):
        names = ["base.html", "records/list.html"]
        with (
            mock.patch.object(warming, "our_templates", return_value=names),
            mock.patch(
                "django.template.backends.django.DjangoTemplates.get_template",
                side_effect=[TemplateSyntaxError("broken"), None],
            ) as found,
        ):
            warming.warm_up()

        assert [call.args[0] for call in found.call_args_list] == names
