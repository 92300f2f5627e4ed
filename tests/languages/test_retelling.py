"""Sentences kept in English reach readers in their language."""

import pytest
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from agencyhub.lib.retelling import retell
from agencyhub.lib.templatetags import ui


@pytest.fixture(autouse=True)
def _spanish():
    with translation.override("es"):
        yield


class TestRetell:
    @pytest.mark.parametrize(
        ("kept", "told"),
        [
            ("The file is empty.", "El archivo está vacío."),
            ("Created Policy 12", "Se creó la póliza 12"),
            ("Date of birth is missing.", "Falta: Fecha de nacimiento."),
            ("“x y” is neither yes nor no.", "“x y” no es ni sí ni no."),
            ("same name, same phone", "mismo nombre, mismo teléfono"),
            (
                "The file is empty. Ask the carrier for it.",
                "El archivo está vacío. Pídalo a la aseguradora.",
            ),
            (
                "21 unmatched at 5 carriers: in the carrier’s book, but not on its statements.",
                (
                    "21 sin coincidencia en 5 aseguradoras: "
                    "en la cartera de la aseguradora, pero no en sus liquidaciones."
                ),
            ),
            (
                "7 rows: all Blue Cross and Blue Shield, neither applied for nor paid for.",
                "7 filas: todas de Blue Cross and Blue Shield, ni solicitadas ni pagadas.",
            ),
            (
                (
                    "2 lines, $5.00: all Aetna, "
                    "for policies older than the first application that is here."
                ),
                (
                    "2 líneas, $5.00: todas de Aetna, "
                    "de pólizas anteriores a la primera solicitud que hay aquí."
                ),
            ),
            (
                (
                    "2 unmatched at 2 carriers: "
                    "not in the carrier’s book, and not yet effective on its day."
                ),
                (
                    "2 sin coincidencia en 2 aseguradoras: "
                    "no está en la cartera de la aseguradora, y aún no vigente en su día."
                ),
            ),
            (
                "There is no policy with this number that you may change.",
                "No hay ningún registro (póliza) con este número que usted pueda cambiar.",
            ),
        ],
    )
    def test_puts_the_values_into_the_translation(self, kept, told):
        assert retell(kept) == told

    @pytest.mark.parametrize("text", ["", "Nobody ever said this before", "42", "Smith, Ada"])
    def test_leaves_alone_what_nobody_translated(self, text):
        assert retell(text) == text

    def test_leaves_names_alone(self):
        assert retell("“Open” is not the name of a user.").startswith("“Open” ")

    def test_says_nothing_for_nothing(self):
        assert retell(None) == ""

    def test_keeps_english_for_english(self):
        with translation.override("en-us"):
            assert retell("The file is empty.") == "The file is empty."

    @pytest.mark.parametrize("language", ["en", "en-gb", "fr"])
    def test_keeps_english_where_there_is_no_catalogue(self, language):
        with translation.override(language):
            assert retell("The file is empty.") == "The file is empty."

    def test_filter_keeps_what_is_safe(self):
        assert isinstance(ui.retold(mark_safe("<b>x</b>")), str)
        with translation.override("en-us"):
            assert isinstance(ui.retold(mark_safe("<b>x</b>")), SafeString)
