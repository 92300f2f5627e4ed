import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from agencyhub.lib.uploads import is_too_large


@pytest.fixture
def send():
    def request_with(size: int):
        file = SimpleUploadedFile("book.csv", b"x" * size)
        return RequestFactory().post("/", {"kind": "policies", "file": file})

    return request_with


class TestLimitHandler:
    def test_keeps_a_file_within_the_limit(self, send, settings):
        settings.UPLOAD_MAX_MEGABYTES = 1
        request = send(1000)

        assert request.FILES["file"].size == 1000
        assert not is_too_large(request)

    def test_leaves_the_form_but_no_file_of_a_request_above_it(self, send, settings):
        settings.UPLOAD_MAX_MEGABYTES = 1
        request = send(1024 * 1024 + 1)

        assert request.POST["kind"] == "policies"
        assert not request.FILES
        assert is_too_large(request)
