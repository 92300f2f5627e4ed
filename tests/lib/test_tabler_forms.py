"""What the form renderer adds to a plain form."""

from datetime import date

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget

from agencyhub.lib.forms import MoneyInput, SectionsMixin, SwitchInput
from agencyhub.records.models import Option
from individuals.models import Individual


class PersonForm(SectionsMixin, forms.Form):
    section_fields = (("Name", "As on the card.", ("last_name", "not_there")),)
    rest_title = "More"
    columns = {"last_name": 4}

    last_name = forms.CharField(help_text="Family name")
    born = forms.DateField(required=False)
    premium = forms.DecimalField(widget=MoneyInput, required=False)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    is_on = forms.BooleanField(widget=SwitchInput, required=False)
    size = forms.ChoiceField(choices=[("s", "Small")])


class BlanksForm(forms.ModelForm):
    """A blank choice of a field with choices, and of one that names another record."""

    class Meta:
        model = Individual
        fields = ("gender", "type")


class TestTablerRenderer:
    def test_writes_every_blank_choice_as_a_dash(self):
        form = BlanksForm()

        form.fields["type"].queryset = Option.objects.none()
        drawn = str(form["gender"]) + str(form["type"])

        assert drawn.count(">—</option>") == 2
        assert "---" not in drawn
        assert ">Female</option>" in drawn
        assert BlanksForm({"gender": ""}).fields["gender"].clean("") == ""

    def test_gives_each_control_its_class_label_and_help(self):
        html = PersonForm()["last_name"].as_field_group()

        assert 'class="form-control"' in html
        assert 'for="id_last_name"' in html
        assert 'aria-describedby="id_last_name_helptext"' in html
        assert 'id="id_last_name_helptext"' in html

    def test_ties_an_error_to_its_control(self):
        html = PersonForm({"last_name": ""})["last_name"].as_field_group()

        assert 'aria-invalid="true"' in html
        assert "form-control is-invalid" in html
        assert 'aria-describedby="id_last_name_helptext id_last_name_error"' in html
        assert 'id="id_last_name_error"' in html

    def test_asks_for_days_with_the_browsers_picker(self):
        html = str(PersonForm(initial={"born": date(1959, 3, 11)})["born"])

        assert 'type="date"' in html
        assert 'value="1959-03-11"' in html

    def test_groups_radio_buttons_in_a_fieldset(self):
        html = PersonForm()["kind"].as_field_group()

        assert "<fieldset" in html
        assert html.count("form-check-input") == 2
        assert "<legend" in html

    def test_draws_switch_select_and_money(self):
        html = str(PersonForm())

        assert "form-switch" in html
        assert 'class="form-select"' in html
        assert 'inputmode="decimal"' in html

    def test_summarises_the_errors_with_links_to_the_fields(self):
        html = PersonForm({}).as_div()

        assert 'role="alert"' in html
        assert 'href="#id_last_name"' in html
        assert 'href="#id_kind"' in html

    def test_escapes_what_was_typed(self):
        assert "<script>" not in str(PersonForm({"last_name": "<script>"}))

    def test_leaves_the_admins_widgets_alone(self):
        class AdminForm(forms.Form):
            name = forms.CharField(widget=AdminTextInputWidget)

        assert 'class="vTextField"' in str(AdminForm()["name"])


class TestSections:
    def test_puts_fields_named_nowhere_last(self):
        sections = PersonForm().sections()

        assert [section.title for section in sections] == ["Name", "More"]
        assert [field.name for field in sections[0].fields] == ["last_name"]
        assert [field.name for field in sections[1].fields] == [
            "born",
            "premium",
            "kind",
            "is_on",
            "size",
        ]

    def test_knows_which_section_has_errors(self):
        name, more = PersonForm({"kind": "a", "size": "s"}).sections()

        assert (name.has_errors, more.has_errors) == (True, False)

    def test_takes_columns_from_the_form(self):
        form = PersonForm()

        assert (form["last_name"].columns, form["born"].columns) == (4, 6)
