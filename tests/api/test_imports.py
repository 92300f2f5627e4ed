"""Imports over the API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agencyhub.accounts.models import Role
from agencyhub.imports import tasks
from agencyhub.imports.models import Import
from agencyhub.imports.services import mapping
from individuals.models import Individual
from tests.api.conftest import ROOT, Script, errors_of
from tests.factories.accounts import UserFactory
from tests.factories.imports import ImportFactory

pytestmark = pytest.mark.django_db
FILE = b"First Name,Last Name,Date of Birth\nAna,Lopez,1958-03-14\nBob,Moss,1950-01-02\n"
RIGHTS = ["imports.run_import", "individuals.add_individual", "individuals.change_individual",
          "policies.add_policy", "policies.change_policy"]  # fmt: skip


def upload(script, content=FILE, key="", **fields):
    headers = {"Authorization": f"Bearer {script.key.raw}"}
    if key:
        headers["Idempotency-Key"] = key
    data = {"kind": "individuals", "file": SimpleUploadedFile("people.csv", content), **fields}
    return script.client.post(f"{ROOT}imports/", data, headers=headers)


def _match_columns(run_id):
    """What a person does on the import's page, once for such files."""
    columns = mapping.propose(Import.objects.get(pk=run_id)).columns
    mapping.save(
        import_id=run_id,
        columns=[{"header": one.header, "field": one.field_key} for one in columns],
        template_id=None,
        name="People",
        user=None,
        is_queued=False,
    )


class TestUpload:
    def test_receives_a_file_once_per_key(self, script):
        first = upload(script, key="monday")
        again = upload(script, key="monday")
        other = upload(script, content=FILE + b"Cy,Poe,1960-01-01\n", key="monday")

        assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
        assert first.json()["id"] == again.json()["id"]
        assert Import.objects.count() == 1
        assert first["Location"].endswith(f"/api/v1/imports/{first.json()['id']}/")
        assert other.json()["code"] == "idempotency_key_reused"

    def test_of_the_same_bytes_is_a_duplicate(self, script):
        upload(script)

        assert upload(script).json()["state"] == "duplicate"

    def test_names_what_is_wrong(self, script):
        assert errors_of(upload(script, kind="nonsense")) == {"kind": "invalid_choice"}
        assert errors_of(upload(script, content=b"")) == {"file": "empty"}
        assert errors_of(upload(script, colour="red")) == {"colour": "unknown_field"}
        assert script.post("imports/", {"kind": "individuals"}).status_code == 415

    def test_is_for_who_may_import_the_kind(self):
        assert upload(Script(UserFactory())).status_code == 403
        assert upload(Script(UserFactory(may=["imports.run_import"]))).status_code == 403
        assert not Import.objects.exists()

    def test_is_committed_when_asked(self, script):
        run_id = upload(script).json()["id"]
        tasks.stage_import(run_id)
        assert script.get(f"imports/{run_id}/").json()["state"] == "mapping"
        assert script.post(f"imports/{run_id}/commit/", None).status_code == 409
        _match_columns(run_id)
        tasks.stage_import(run_id)
        answer = script.post(f"imports/{run_id}/commit/", None, idempotency_key="c1")
        tasks.import_rows(run_id)

        assert answer.status_code == 200
        shown = script.get(f"imports/{run_id}/").json()
        assert (shown["state"], shown["rows"], shown["rejected_rows"]) == ("imported", 2, None)
        assert Individual.objects.count() == 2
        assert script.post(f"imports/{run_id}/commit/", None).status_code == 409
        again = script.post(f"imports/{run_id}/commit/", None, idempotency_key="c1")
        assert (again.status_code, again.json()["state"]) == (200, "imported")


class TestList:
    def test_shows_a_user_their_own(self, script):
        user = UserFactory(may=RIGHTS, may__reach=Role.Scope.OWN)
        own, other = ImportFactory(user=user), ImportFactory()
        mine = Script(user)

        assert [one["id"] for one in mine.get("imports/").json()["results"]] == [own.pk]
        assert mine.get(f"imports/{other.pk}/").status_code == 404
        assert mine.get(f"imports/{other.pk}/rejected/").status_code == 404
        assert mine.post(f"imports/{other.pk}/commit/", None).status_code == 404
        assert len(script.get("imports/?state=checked").json()["results"]) in (0, 2)

    def test_is_not_for_everybody(self):
        assert Script(UserFactory()).get("imports/").status_code == 403

    def test_leads_to_the_rejected_rows(self, script):
        run = ImportFactory(rejected=1, headers=["First Name"])

        path = script.get(f"imports/{run.pk}/").json()["rejected_rows"]
        answer = script.get(path.removeprefix(ROOT))

        assert answer["Content-Type"].startswith("text/csv")
        assert b"First Name" in b"".join(answer.streaming_content)
