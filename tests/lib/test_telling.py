"""What a page says of a deed that was done or refused."""

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory

from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import telling


@pytest.fixture
def request_():
    made = RequestFactory().post("/")
    made._messages = CookieStorage(made)
    return made


def said(request):
    return [(one.level_tag, one.message) for one in get_messages(request)]


class TestTelling:
    def test_says_that_it_is_done(self, request_):
        with telling(request_, "It is done."):
            pass

        assert said(request_) == [("success", "It is done.")]

    def test_says_why_it_was_refused_and_goes_on(self, request_):
        with telling(request_, "It is done."):
            msg = "Save the key first."
            raise DomainError(msg)

        assert said(request_) == [("error", "Save the key first.")]

    def test_says_nothing_of_what_broke(self, request_):
        with pytest.raises(ZeroDivisionError), telling(request_, "It is done."):
            raise ZeroDivisionError

        assert said(request_) == []
