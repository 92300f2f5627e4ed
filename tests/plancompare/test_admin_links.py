"""The quoting menu in the Django admin keeps to the rules of the settings page."""

import pytest
from django.urls import reverse

from integrations.plancompare.models import QuotingLink
from tests.factories.accounts import UserFactory
from tests.factories.plancompare import SiteFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return SiteFactory()


def saved(client, site, url):
    """Save the site's page of the admin with one more link; answers with the errors at it."""
    client.force_login(UserFactory(owner=True))
    path = reverse("admin:plancompare_site_change", args=[site.pk])
    form = client.get(path).context["adminform"].form
    values = {name: form.initial.get(name) or "" for name in form.fields}
    lines = client.get(path).context["inline_admin_formsets"]
    for one in (one.formset for one in lines):
        values |= {f"{one.prefix}-TOTAL_FORMS": "0", f"{one.prefix}-INITIAL_FORMS": "0"}
    prefix = lines[0].formset.prefix
    values |= {
        f"{prefix}-TOTAL_FORMS": "1",
        f"{prefix}-0-label": "2027",
        f"{prefix}-0-plan_year": "2027",
        f"{prefix}-0-sso_url": url,
        f"{prefix}-0-position": "1",
        f"{prefix}-0-field_names": "{}",
    }
    answer = client.post(path, {name: value for name, value in values.items() if value is not None})
    if answer.status_code == 302:
        return {}
    return answer.context["inline_admin_formsets"][0].formset.forms[0].errors


@pytest.mark.parametrize(
    "url", ["http://quotes.example.com/sso", "https://somebody@quotes.example.com/sso"]
)
def test_refuses_what_the_hand_off_would_refuse(client, site, url):
    assert saved(client, site, url).keys() == {"sso_url"}
    assert not QuotingLink.objects.exists()


def test_takes_an_address_that_data_may_go_to(client, site):
    assert saved(client, site, "https://quotes.example.com/sso") == {}
    assert QuotingLink.objects.get().sso_url == "https://quotes.example.com/sso"
