"""A filter among values of ours: what it offers, takes, says and refuses."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy

from agencyhub.accounts.models import User
from agencyhub.records.lists import filters

WORDS = {"new": gettext_lazy("New"), "same": "The same"}
NOBODY_ASKED = object()


def chosen(condition="state", **options):
    made = filters.Chosen("State", WORDS, condition, **options)
    made.offer(NOBODY_ASKED)
    return made


class TestChosen:
    def test_offers_its_values_in_their_order(self):
        made = chosen(nobody="None of them")

        assert [(key, str(words)) for key, words in made.choices] == [
            ("none", "None of them"), ("new", "New"), ("same", "The same"),
        ]  # fmt: skip

    @pytest.mark.parametrize("text", ["", "gone", "NEW", "new ", "0", "x" * 10_000, "\x00"])
    def test_refuses_what_is_none_of_them(self, text):
        with pytest.raises(ValidationError):
            chosen().field.clean(["new", text])

    @pytest.mark.parametrize("texts", [["new"], ["same", "new"], []])
    def test_takes_what_is(self, texts):
        made = chosen()
        made.extra["required"] = False

        assert made.field.clean(texts) == texts

    @pytest.mark.parametrize(
        ("texts", "wanted"),
        [
            (["new"], Q(username__in=["new"])),
            (["new", "same"], Q(username__in=["new", "same"])),
            (["none", "new"], Q(username__in=["new"]) | Q(username__isnull=True)),
        ],
    )
    def test_keeps_the_rows_of_each(self, texts, wanted):
        rows = User.objects.all()

        found = chosen("username", nobody="None").filter(rows, texts)

        assert str(found.query) == str(rows.filter(wanted).query)

    def test_asks_its_condition_with_the_values(self):
        asked = []

        def condition(values):
            asked.append(values)
            return Q(username="x")

        chosen(condition).filter(User.objects.all(), ["same", "new"])

        assert asked == [["same", "new"]]

    def test_is_said_in_words_and_tells_what_is_gone(self):
        made = chosen()

        assert made.words(["new", "same"]) == "New or The same"
        assert made.words(["gone"]) == "a value that is gone"
        assert made.gone(["new", "gone"]) == ["gone"]


class TestOneOf:
    CONDITIONS = {"a": ("First", Q(username="a")), "b": ("Second", Q(username="b"))}

    @pytest.mark.parametrize(
        ("made", "offered"),
        [
            (filters.Pick("X", CONDITIONS), ["", "a", "b"]),
            (filters.Pick("X", CONDITIONS, default="a"), ["a", "b"]),
            (filters.YesNo("X", Q), ["", "yes", "no"]),
            (filters.YesNo("X", Q, default="no"), ["", "yes", "no"]),
            (filters.Month("X", "created_at"), ["", *map(str, range(1, 13))]),
        ],
    )
    def test_offers_all_rows_unless_a_pick_has_a_default(self, made, offered):
        assert [key for key, _ in made.field.choices] == offered

    @pytest.mark.parametrize(
        ("made", "text", "words"),
        [
            (filters.Pick("X", CONDITIONS), "b", "Second"),
            (filters.YesNo("X", Q), "no", "No"),
            (filters.Month("X", "created_at"), "3", "March"),
            (filters.Month("X", "created_at"), "13", "13"),
            (filters.Pick("X", CONDITIONS), "gone", "gone"),
        ],
    )
    def test_is_said_in_words(self, made, text, words):
        assert made.words([text]) == words
