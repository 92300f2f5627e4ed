"""The pages of EOI requests."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


class TestPages:
    @pytest.mark.parametrize("name", ["request_list", "closed_list", "data"])
    def test_open_for_the_owner(self, client, owner, name):
        assert client.get(reverse(f"eoi:{name}")).status_code == 200
