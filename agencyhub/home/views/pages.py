"""The index of the settings."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from agencyhub.home import settings_index
from agencyhub.lib.pages import render_page


@require_GET
@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """Every page of the settings that the user may open."""
    groups = settings_index.settings_groups(request.user)
    return render_page(request, "home/settings.html", {"groups": groups})
