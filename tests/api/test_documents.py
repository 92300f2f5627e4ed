"""Documents of individuals and policies over the API."""

import pytest

from agencyhub.accounts.models import Role
from documents.models import Document
from individuals.models import Look, Opening
from tests.api.conftest import ROOT, Script, errors_of
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.documents import PDF, PNG, document_of, sent
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(params=["individuals", "policies"])
def prefix(request):
    return request.param


@pytest.fixture
def record(prefix):
    return IndividualFactory() if prefix == "individuals" else PolicyFactory()


@pytest.fixture
def path(prefix, record):
    return f"{prefix}/{record.pk}/documents/"


def upload(script, path, file=None, key="", **values):
    headers = {"Authorization": f"Bearer {script.key.raw}"}
    if key:
        headers["Idempotency-Key"] = key
    data = {"kind": "application", "file": file or sent(PDF, "CN123456.pdf"), **values}
    return script.client.post(f"{ROOT}{path}", data, headers=headers)


class TestCreate:
    def test_keeps_a_file_and_says_where_it_is(self, script, path, record):
        answer = upload(script, path, signed_date="2026-03-14", note="Sent by PlanCompare")

        assert answer.status_code == 201
        one = record.documents.get()
        told = answer.json()
        assert answer["Location"].endswith(f"{ROOT}{path}{one.pk}/")
        assert told["name"] == "CN123456.pdf"
        assert (told["kind"], told["media_type"]) == ("application", "application/pdf")
        assert told["signed_date"] == "2026-03-14"
        assert told["last_valid_day"] is None
        assert told["sha256"] == bytes(one.sha256).hex()
        assert "key" not in told
        assert script.get(f"{path}{one.pk}/")["ETag"] == answer["ETag"]

    def test_tells_how_long_a_scope_holds(self, script, path):
        told = upload(script, path, kind="scope_of_appointment", signed_date="2026-03-14").json()

        assert told["last_valid_day"] == "2027-03-13"
        assert told["kept_until"].startswith("2036-03-14")

    def test_is_done_once_for_each_key(self, script, path, record):
        first = upload(script, path, key="monday")
        again = upload(script, path, key="monday")
        other = upload(script, path, file=sent(PNG, "card.png"), key="monday")

        assert again.json() == first.json()
        assert again["Idempotency-Replayed"] == "true"
        assert other.status_code == 422
        assert record.documents.count() == 1

    def test_answers_with_the_document_that_is_there(self, script, path, record):
        first = upload(script, path)

        again = upload(script, path, file=sent(PDF, "other.pdf"))

        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json()["id"] == first.json()["id"]
        assert record.documents.count() == 1

    @pytest.mark.parametrize(
        ("values", "status", "errors"),
        [
            ({"content": b"MZ\x90\x00"}, 409,
             {"file": "file_refused"}),
            ({"signed_date": "2999-01-01"}, 409, {"signed_date": "signed_later"}),
            ({"kind": "passport"}, 422, {"kind": "invalid_choice"}),
            ({"name": "x"}, 422, {"name": "unknown_field"}),
        ],
    )  # fmt: skip
    def test_refuses(self, script, path, values, status, errors):
        file = sent(values.get("content", PDF), "run.exe")
        given = {name: value for name, value in values.items() if name != "content"}

        answer = upload(script, path, file=file, **given)

        assert answer.status_code == status
        assert errors_of(answer) == errors
        assert not Document.objects.exists()

    def test_refuses_a_large_file_before_it_is_read(self, script, path, settings):
        settings.DOCUMENT_MAX_MEGABYTES = 0

        assert upload(script, path, file=sent(PDF + bytes(70_000))).status_code == 413

    def test_takes_no_json(self, script, path):
        assert script.post(path, {"kind": "other"}).status_code == 415


class TestRead:
    def test_lists_what_is_kept(self, script, path, record):
        kept = document_of(record, kind="id_card")
        gone = document_of(record, sent(PNG, "card.png"))
        Document.objects.filter(pk=gone.pk).update(removed_at="2026-11-23T00:00Z")
        document_of(IndividualFactory())

        assert [one["id"] for one in script.get(path).json()["results"]] == [kept.pk]
        assert script.get(f"{path}?kind=consent").json()["results"] == []
        assert script.get(f"{path}{gone.pk}/").status_code == 404
        assert Look.objects.filter(how="api").exists()

    def test_hands_out_the_file_and_notes_the_key(self, script, path, record):
        one = document_of(record)

        answer = script.get(f"{path}{one.pk}/content/")

        assert b"".join(answer.streaming_content) == PDF
        assert answer["Content-Disposition"] == 'attachment; filename="letter.pdf"'
        assert answer["Content-Type"] == "application/pdf"
        assert script.get(path).json()["results"][0]["content"].endswith(f"{path}{one.pk}/content/")
        opened = Opening.objects.get()
        assert (opened.user, opened.document_id) == (None, one.pk)
        assert opened.api_key.name == "Nightly job"

    def test_a_document_is_found_below_its_own_record_only(self, script, prefix):
        one = document_of(IndividualFactory())
        other = PolicyFactory()
        where = f"{prefix}/{other.pk if prefix == 'policies' else other.subscriber_id}/documents/"

        assert script.get(f"{where}{one.pk}/").status_code == 404
        assert script.get(f"{where}{one.pk}/content/").status_code == 404


class TestRights:
    RIGHTS = (
        "individuals.view_individual", "individuals.change_individual",
        "policies.view_policy", "policies.change_policy",
    )  # fmt: skip

    def test_of_another_book_nothing_is_there(self, path, record):
        user = UserFactory(may=self.RIGHTS, may__reach=Role.Scope.OWN)
        AgentFactory(user=user)
        script, one = Script(user), document_of(record)

        answers = [
            script.get(path), script.get(f"{path}{one.pk}/"),
            script.get(f"{path}{one.pk}/content/"), upload(script, path),
        ]  # fmt: skip

        assert {answer.status_code for answer in answers} == {404}
        assert record.documents.count() == 1
        assert not Opening.objects.exists()

    def test_who_may_only_look_adds_nothing(self, path, record):
        script = Script(UserFactory(may=self.RIGHTS[::2]))

        assert script.get(path).status_code == 200
        assert upload(script, path).status_code == 403
        assert not record.documents.exists()

    def test_without_the_right_to_the_record_it_is_forbidden(self, path):
        script = Script(UserFactory(may=[]))

        assert script.get(path).status_code == 403
