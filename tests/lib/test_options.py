"""Options of select boxes look as Django draws them, check boxes as their template does."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
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


class _Noted(forms.CheckboxSelectMultiple):
    def create_option(self, *args, **options):
        made = super().create_option(*args, **options)
        made["attrs"] |= {"disabled": not made["value"], "data-note": 'a "note"'}
        return made


@pytest.mark.parametrize("widget", [forms.CheckboxSelectMultiple, forms.RadioSelect, _Noted])
@pytest.mark.parametrize("chosen", [["a", "1"], "", None], ids=str)
def test_boxes_are_as_their_template_draws_each(widget, chosen):
    box = widget(attrs={"class": "form-check-input", "id": "id_one"}, choices=CHOICES)
    context = box.get_context("one", chosen, None)["widget"]
    each = [
        get_default_renderer().render(one["template_name"], {"widget": one})
        for _group, those, _index in context["optgroups"]
        for one in those
    ]

    ours = box.render("one", chosen)

    for one in each:
        assert parse_html(ours).count(parse_html(one)) >= 1
    assert ours.count("<input ") == len(each) == len(CHOICES) + 1
    assert '<div class="check-list-group">More</div>' in ours


def test_boxes_of_a_template_of_their_own_are_drawn_by_it():
    class Bare(forms.CheckboxSelectMultiple):
        option_template_name = "django/forms/widgets/attrs.html"

    ours = Bare(choices=[(1, "One")]).render("one", [], attrs={"id": "id_one"})

    assert "<input" not in ours
    assert 'id="id_one_0"' in ours
