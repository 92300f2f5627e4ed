import pytest
from django.urls import reverse

from agencyhub.records import history
from agencyhub.records.models import Batch, CustomField, Option
from individuals.models import Individual
from tests.factories.accounts import AgentFactory, RoleFactory, UserFactory
from tests.factories.individuals import IndividualFactory, option
from tests.factories.records import CustomFieldFactory, OptionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


def edit(user=None):
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary="Edited") as batch:
        Individual.objects.update(nickname="Annie")
    return batch


def detail(batch):
    return reverse("records:batch_detail", args=[batch.pk])


class TestBatchPages:
    def test_show_what_changed(self, client, owner):
        person = IndividualFactory()

        text = client.get(detail(edit(owner))).content.decode()

        assert f"Individual {person.pk} changed" in text
        assert "Annie" in text

    def test_undo_and_tell_what_was_kept(self, client, owner):
        person = IndividualFactory()
        batch = edit(owner)
        Individual.objects.update(nickname="Anita")

        answer = client.post(reverse("records:batch_undo", args=[batch.pk]), follow=True)

        text = answer.content.decode()
        assert f"Individual {person.pk}: nickname was edited since." in text
        assert "Left as it is" in text

    def test_refuse_a_second_undo_in_words(self, client, owner):
        IndividualFactory()
        url = reverse("records:batch_undo", args=[edit(owner).pk])
        client.post(url)

        assert "This was undone already" in client.post(url, follow=True).content.decode()

    def test_are_closed_to_those_who_do_not_see_the_records(self, client):
        agent = UserFactory(roles=[RoleFactory(permissions=["records.undo_batch"])])
        IndividualFactory(servicing_agent=AgentFactory())
        batch = edit()
        client.force_login(agent)

        assert client.get(detail(batch)).status_code == 404
        answer = client.post(reverse("records:batch_undo", args=[batch.pk]))
        assert answer.status_code == 404
        assert Individual.objects.get().nickname == "Annie"

    def test_are_closed_to_those_who_may_not_view_such_records(self, client):
        IndividualFactory()
        batch = edit()
        client.force_login(UserFactory(may=["records.undo_batch"]))

        assert client.get(detail(batch)).status_code == 404
        client.post(reverse("records:batch_undo", args=[batch.pk]))
        assert Individual.objects.get().nickname == "Annie"

    def test_are_open_to_those_who_see_all_of_them(self, client):
        may = ["records.undo_batch", "individuals.view_individual"]
        agent = UserFactory(roles=[RoleFactory(permissions=may)])
        IndividualFactory(servicing_agent=AgentFactory(user=agent))
        batch = edit()
        client.force_login(agent)

        client.post(reverse("records:batch_undo", args=[batch.pk]))

        assert Individual.objects.get().nickname == ""


class TestOptionPages:
    @pytest.mark.parametrize("name", Option.List.values)
    def test_show_every_list(self, client, owner, name):
        assert client.get(reverse("records:option_list", args=[name])).status_code == 200

    def test_do_not_show_a_list_that_does_not_exist(self, client, owner):
        assert client.get("/settings/options/colours/").status_code == 404

    def test_add_rename_move_deactivate_and_delete(self, client, owner):
        client.post(reverse("records:option_add", args=["lead_source"]), {"label": "Radio"})
        radio = option("lead_source", "Radio")
        client.post(reverse("records:option_edit", args=[radio.pk]), {"label": "Radio ad"})
        client.post(reverse("records:option_move", args=[radio.pk]), {"to": "up"})
        client.post(reverse("records:option_activate", args=[radio.pk]), {"is_active": "0"})

        radio.refresh_from_db()
        rows = Option.objects.filter(list="lead_source").order_by("position", "pk")
        assert (radio.label, radio.is_active) == ("Radio ad", False)
        assert list(rows)[-2] == radio

        client.post(reverse("records:option_delete", args=[radio.pk]))
        assert not Option.objects.filter(pk=radio.pk).exists()

    def test_say_why_an_option_stays(self, client, owner):
        IndividualFactory()
        client_type = option("individual_type", "Client")

        answer = client.post(reverse("records:option_delete", args=[client_type.pk]), follow=True)

        assert "is used by 1 individual." in answer.content.decode()

    def test_mark_a_label_that_is_there(self, client, owner):
        answer = client.post(
            reverse("records:option_add", args=["lead_source"]), {"label": "referral"}
        )

        assert answer.status_code == 422
        assert "has “Referral” already" in answer.content.decode()

    def test_cost_the_same_for_many_rows(self, client, owner, django_assert_max_num_queries):
        for _ in range(12):
            OptionFactory()

        with django_assert_max_num_queries(25):
            client.get(reverse("records:option_list", args=["lead_source"]))

    def test_are_closed_to_those_without_the_right(self, client):
        client.force_login(UserFactory(may=["records.view_option"]))

        assert client.get(reverse("records:option_list")).status_code == 200
        add = client.post(reverse("records:option_add", args=["lead_source"]), {"label": "X"})
        assert add.status_code == 403
        assert not Option.objects.filter(label="X").exists()


class TestCustomFieldPages:
    def test_create_and_edit(self, client, owner):
        client.post(
            reverse("records:customfield_create"),
            {"target": "policy", "label": "Riders", "type": "multi_choice",
             "choices": "Dental\n\n Vision \n"},
        )  # fmt: skip
        field = CustomField.objects.get()
        assert (field.key, field.choices) == ("riders", ["Dental", "Vision"])

        client.post(
            reverse("records:customfield_edit", args=[field.pk]),
            {"label": "Extras", "choices": "Dental", "is_required": "on"},
        )

        field.refresh_from_db()
        assert (field.key, field.label, field.choices, field.is_required) == (
            "riders", "Extras", ["Dental"], True,
        )  # fmt: skip

    def test_say_that_values_clash(self, client, owner):
        field = CustomFieldFactory()
        for _ in range(2):
            IndividualFactory(custom={field.key: "same"})

        answer = client.post(
            reverse("records:customfield_edit", args=[field.pk]),
            {"label": field.label, "is_unique": "on"},
        )

        assert answer.status_code == 422
        assert "1 value is shared by several individuals" in answer.content.decode()

    def test_move_and_deactivate(self, client, owner):
        first, second = CustomFieldFactory(position=1), CustomFieldFactory(position=2)

        client.post(reverse("records:customfield_move", args=[second.pk]), {"to": "up"})
        client.post(reverse("records:customfield_activate", args=[first.pk]), {"is_active": "0"})

        order = CustomField.objects.order_by("position").values_list("pk", "is_active")
        assert list(order) == [(second.pk, True), (first.pk, False)]

    def test_are_closed_to_those_without_the_right(self, client):
        client.force_login(UserFactory(may=["records.view_option"]))

        assert client.get(reverse("records:customfield_list")).status_code == 403
        assert client.get(reverse("records:customfield_create")).status_code == 403
