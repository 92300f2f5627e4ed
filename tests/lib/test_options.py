"""Options of select boxes look as Django draws them."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html
from django.utils.safestring import mark_safe

CHOICES = [
    ("", "—"),
    (1, "Ann & Bob"),
    ("<2>", mark_safe("<b>bold</b>")),
    (None, "Nothing"),
    ("More", [("a", "A"), ("b", 'B "quoted"')]),
]


@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple])
@pytest.mark.parametrize("chosen", ["", "1", ["a", "1"], None], ids=str)
def test_as_django_draws_them(widget, chosen):
    attrs = {"class": "form-select", "id": "id_one", "required": True, "hidden": False}
    box = widget(attrs=attrs, choices=CHOICES)

    ours = box.render("one", chosen)

    assert "<option " in ours
    assert ours == box.render("one", chosen, renderer=DjangoTemplates())


class _Disabling(forms.Select):
    def create_option(self, *args, **options):
        made = super().create_option(*args, **options)
        made["attrs"] |= {"disabled": not made["value"], "data-note": 'a "note"'}
        return made


def test_attributes_of_options_are_drawn():
    box = _Disabling(choices=CHOICES[:2])

    ours, djangos = box.render("one", "1"), box.render("one", "1", renderer=DjangoTemplates())

    assert parse_html(ours) == parse_html(djangos)
    assert 'data-note="a &quot;note&quot;"' in ours
