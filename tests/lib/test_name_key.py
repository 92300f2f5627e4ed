"""The SQL function that compares names."""

import pytest
from django.db.models import Value

from agencyhub.lib.db import NameKey
from agencyhub.records.models import Option

pytestmark = pytest.mark.django_db


def _key(name: str) -> str:
    return Option.objects.annotate(key=NameKey(Value(name))).values_list("key", flat=True)[0]


class TestNameKey:
    @pytest.mark.parametrize(
        ("_case", "one", "other"),
        [
            ("case", "LOPEZ", "lopez"),
            ("accents", "López", "Lopez"),
            ("decomposed accents", "Lo\u0301pez", "López"),
            ("spaces", "De La Cruz", "de lacruz"),
            ("no-break space", "De\u00a0La", "De La"),
            ("apostrophes", "O'Brien", "O’Brien"),
            ("dashes", "Smith-Jones", "Smith Jones"),
            ("commas and points", "Humana, Inc.", "Humana Inc"),
            ("letters that do not decompose", "Ødegård", "Odegard"),
            ("eñe", "Núñez", "NUNEZ"),
        ],
    )
    def test_is_equal(self, _case, one, other):
        assert _key(one) == _key(other) != ""

    @pytest.mark.parametrize(
        ("one", "other"), [("Lopez", "Lopes"), ("Ana", "Anna"), ("Li", "Lee"), ("陳", "王")]
    )
    def test_differs(self, one, other):
        assert _key(one) != _key(other)
