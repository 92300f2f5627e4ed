from datetime import date

import pytest
from django import forms
from django.db import IntegrityError, connection, transaction

from agencyhub.records import custom
from agencyhub.records.models import CustomField
from agencyhub.records.services import customfields
from individuals.models import Individual
from tests.factories.accounts import UserFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.records import CustomFieldFactory

pytestmark = pytest.mark.django_db
Type = CustomField.Type


def field(type_, **more):
    return CustomField(key="f", label="Field", type=type_, choices=["Red", "Blue"], **more)


def create(**more):
    values = {"target": "individual", "label": "Loyalty Nº", "type": "text", **more}
    return customfields.create_custom_field(**values)


def indexes():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname ~ '^custom_individual_'")
        return [name for (name,) in cursor.fetchall()]


class TestReadValue:
    @pytest.mark.parametrize(
        ("type_", "raw", "stored", "shown"),
        [
            (Type.TEXT, "  two   words ", "two words", "two words"),
            (Type.NUMBER, "1,234.50", "1234.5", "1234.5"),
            (Type.NUMBER, "100", "100", "100"),
            (Type.NUMBER, "0", "0", "0"),
            (Type.MONEY, "$1,234.5", "1234.50", "$1,234.50"),
            (Type.MONEY, "-3", "-3.00", "-$3.00"),
            (Type.DATE, "3/4/1958", "1958-03-04", "03/04/1958"),
            (Type.DATE, "1958-03-04", "1958-03-04", "03/04/1958"),
            (Type.DATE, date(1958, 3, 4), "1958-03-04", "03/04/1958"),
            (Type.YES_NO, "yes", True, "Yes"),
            (Type.YES_NO, False, False, "No"),
            (Type.CHOICE, "blue", "Blue", "Blue"),
            (Type.MULTI_CHOICE, "blue; red", ["Red", "Blue"], "Red, Blue"),
            (Type.MULTI_CHOICE, ["Blue"], ["Blue"], "Blue"),
            (Type.TEXT, "", None, ""),
            (Type.MULTI_CHOICE, [], None, ""),
        ],
    )
    def test_stores_and_shows_by_type(self, type_, raw, stored, shown):
        assert custom.read_value(field(type_), raw) == stored
        assert custom.show(field(type_), stored) == shown

    @pytest.mark.parametrize(
        ("type_", "raw"),
        [
            (Type.NUMBER, "twelve"),
            (Type.NUMBER, "NaN"),
            (Type.MONEY, "1.005"),
            (Type.DATE, "13/45/2020"),
            (Type.DATE, "yesterday"),
            (Type.YES_NO, "perhaps"),
            (Type.CHOICE, "Green"),
            (Type.TEXT, "x" * 501),
        ],
    )
    def test_refuses_what_is_not_of_the_type(self, type_, raw):
        with pytest.raises(custom.InvalidCustomValueError) as refusal:
            custom.read_value(field(type_), raw)

        assert refusal.value.field == "custom_f"


class TestSetValue:
    def test_says_whether_anything_changed(self):
        person = IndividualFactory.build(type=None, status=None, custom={"other": "1"})

        assert custom.set_value(person, field(Type.TEXT), "new") is True
        assert custom.set_value(person, field(Type.TEXT), "new") is False
        assert person.custom == {"other": "1", "f": "new"}
        assert custom.set_value(person, field(Type.TEXT), "") is True
        assert person.custom == {"other": "1"}


class PersonForm(custom.CustomFieldsFormMixin, forms.ModelForm):
    custom_target = CustomField.Target.INDIVIDUAL

    class Meta:
        model = Individual
        fields = ("nickname",)


class TestCustomFieldsForm:
    def test_stores_typed_values_and_keeps_the_others(self):
        CustomFieldFactory(key="pays", label="Pays", type=Type.MONEY)
        person = IndividualFactory(custom={"old": "kept"})

        form = PersonForm({"custom_pays": "$12"}, instance=person, user=UserFactory(owner=True))

        assert form.is_valid(), form.errors
        form.save()
        person.refresh_from_db()
        assert person.custom == {"old": "kept", "pays": "12.00"}

    def test_marks_the_field_that_is_wrong(self):
        CustomFieldFactory(key="pays", label="Pays", type=Type.MONEY)

        form = PersonForm({"custom_pays": "a lot"}, instance=IndividualFactory())

        assert list(form.errors) == ["custom_pays"]

    def test_neither_shows_nor_changes_health_fields_without_the_right(self):
        CustomFieldFactory(key="illness", is_health=True, is_required=True)
        person = IndividualFactory(custom={"illness": "Gout"})

        form = PersonForm({"custom_illness": "None"}, instance=person, user=UserFactory())

        assert "custom_illness" not in form.fields
        assert form.is_valid()
        form.save()
        assert person.custom == {"illness": "Gout"}

    def test_keeps_a_choice_that_was_dropped_since(self):
        CustomFieldFactory(key="colour", type=Type.CHOICE, choices=["Red"])
        person = IndividualFactory(custom={"colour": "Mauve"})

        form = PersonForm({"custom_colour": "Mauve"}, instance=person)

        assert form.is_valid(), form.errors

    def test_refuses_a_value_that_must_be_unique_and_is_taken(self):
        CustomFieldFactory(key="loyalty", label="Loyalty", is_unique=True)
        IndividualFactory(custom={"loyalty": "A1"})

        form = PersonForm({"custom_loyalty": "A1"}, instance=IndividualFactory())

        assert form.errors == {"custom_loyalty": ["Another record has this Loyalty already."]}


class TestCustomFieldDefinitions:
    def test_makes_the_key_from_the_label_once(self):
        first = create()
        customfields.change_custom_field(field_id=first.pk, label="Member number")
        second = create(label="Loyalty No")

        first.refresh_from_db()
        assert (first.key, first.label) == ("loyalty_no", "Member number")
        assert second.key == "loyalty_no_2"

    def test_refuses_a_list_without_choices(self):
        with pytest.raises(customfields.CustomFieldError) as refusal:
            create(type="choice", choices=["", " "])

        assert refusal.value.field == "choices"

    def test_lets_the_database_keep_a_unique_field_unique(self):
        unique = create(is_unique=True)
        IndividualFactory(custom={unique.key: "A1"})

        with pytest.raises(IntegrityError), transaction.atomic():
            IndividualFactory(custom={unique.key: "A1"})

        IndividualFactory()
        assert indexes() == [f"custom_individual_{unique.pk}_is_unique"]

    def test_refuses_unique_when_values_clash_and_says_how_many(self):
        shared = create()
        for value in ("A", "A", "B", "B", "C"):
            IndividualFactory(custom={shared.key: value})

        with pytest.raises(customfields.ValuesClashError, match="2 values are shared"):
            customfields.change_custom_field(field_id=shared.pk, label="X", is_unique=True)

        shared.refresh_from_db()
        assert (shared.is_unique, shared.label) == (False, "Loyalty Nº")
        assert indexes() == []

    def test_drops_the_index_when_switched_off(self):
        unique = create(is_unique=True)

        customfields.change_custom_field(field_id=unique.pk, label="X", is_unique=False)

        assert indexes() == []

    def test_takes_a_hostile_label_for_what_it_is(self):
        hostile = create(label="x'); DROP TABLE records_option; --", is_unique=True)

        assert hostile.key == "x_drop_table_records_option"
        assert len(indexes()) == 1
