"""No MBI and no Social Security number in what everybody reads, whoever types it and where."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError

from agencyhub.home.subscriptions.forms import SubscriptionForm
from agencyhub.lib import identifiers
from agencyhub.lib.identifiers import HoldsIdentifierError, OpenTextsMixin
from agencyhub.records.lists.forms import SavedViewForm
from commissions.forms.disputes import AnswerForm, SnoozeForm
from documents.forms import MoveForm, UploadForm
from eoi.forms.decisions import ReasonForm
from groups.forms.groups import GroupForm
from groups.forms.members import RevealForm as GroupRevealForm
from individuals.forms.notes import NoteForm
from individuals.forms.people import IndividualForm, SalesRecordForm
from individuals.forms.reveal import RevealForm
from individuals.forms.sales import SalesOpportunityForm
from integrations.noyo.forms.linking import DecisionForm
from integrations.noyo.forms_members import DifferenceForm
from policies.forms.policies import PolicyForm
from policies.forms.risks import CallForm, OutcomeForm, WhyForm

SSN, MBI = "her number is 123-45-6789", "1EG4-TE5-MK73"


class TestHoldsIdentifier:
    @pytest.mark.parametrize(
        "text",
        [
            "123-45-6789", "ssn 123 45 6789.", "it is 123456789", "1EG4-TE5-MK73",
            "MBI 1eg4 te5 mk73, she says", "1EG4TE5MK73",
        ],
    )  # fmt: skip
    def test_numbers_that_tell_who_somebody_is_are_found(self, text):
        assert identifiers.holds_identifier(text)

    @pytest.mark.parametrize(
        "text",
        [
            "", "Mornings only", "her son: 305-555-0142", "(305) 555 0142", "3055550142",
            "33101-1234", "pays $60.00 on 10/20/2026", "at 1 EG 4",
        ],
    )  # fmt: skip
    def test_other_words_and_numbers_are_not(self, text):
        assert not identifiers.holds_identifier(text)


class TestEnsureNoIdentifier:
    @pytest.mark.parametrize("text", [SSN, MBI])
    def test_names_the_field_and_the_remedy_and_never_the_value(self, text):
        with pytest.raises(HoldsIdentifierError, match="Leave it out") as refusal:
            identifiers.ensure_no_identifier(text, field="note")

        assert (refusal.value.field, refusal.value.code) == ("note", "holds_identifier")
        assert text not in refusal.value.message

    def test_lets_other_words_pass(self):
        identifiers.ensure_no_identifier("Call her son: 305-555-0142", field="note")
        identifiers.validate_no_identifier("")


class TestForms:
    """Every field in which people write freely, and which others read."""

    @pytest.mark.parametrize(
        ("form", "name"),
        [
            (WhyForm, "why"), (OutcomeForm, "why"), (NoteForm, "text"), (RevealForm, "reason"),
            (GroupRevealForm, "reason"), (ReasonForm, "reason"), (AnswerForm, "note"),
            (SnoozeForm, "reason"), (UploadForm, "note"), (MoveForm, "reason"),
            (DecisionForm, "note"), (DifferenceForm, "note"), (CallForm, "call_note"),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("text", [SSN, MBI])
    def test_refuse_identifiers(self, form, name, text):
        field = form.base_fields[name]

        with pytest.raises(ValidationError) as refusal:
            field.clean(text)

        assert [one.code for one in refusal.value.error_list] == ["holds_identifier"]
        assert text not in str(refusal.value)

    @pytest.mark.parametrize(
        ("form", "names"),
        [
            (PolicyForm, ("notes",)), (GroupForm, ("notes",)), (IndividualForm, ("notes",)),
            (SalesRecordForm, ("notes",)), (SalesOpportunityForm, ("name", "notes")),
            (SavedViewForm, ("name",)), (SubscriptionForm, ("title",)),
        ],
    )  # fmt: skip
    def test_of_records_look_at_what_others_read(self, form: Any, names):
        assert issubclass(form, OpenTextsMixin)
        assert form.open_texts == names
        assert set(names) <= set(form.base_fields)

    def test_of_disputes_take_the_number_of_a_carriers_case(self):
        assert AnswerForm.base_fields["reference"].clean("123456789") == "123456789"


class Remark(OpenTextsMixin, forms.Form):
    open_texts = ("notes",)

    notes = forms.CharField(required=False)
    day = forms.DateField()


class TestOpenTexts:
    def test_refuse_what_was_typed_now(self):
        form = Remark({"notes": SSN, "day": "2026-11-23"}, initial={"notes": "Mornings"})

        assert form.errors.as_data().keys() == {"notes"}
        assert form.has_error("notes", "holds_identifier")

    def test_leave_alone_what_was_there(self):
        form = Remark({"notes": SSN, "day": "2026-11-23"}, initial={"notes": SSN})

        assert form.is_valid()
        assert form.cleaned_data == {"notes": SSN, "day": date(2026, 11, 23)}
