"""The tour: taking a step, putting it away, and taking it out again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.home.desk import tour
from agencyhub.lib.pages import redirect_page, render_page


@require_GET
@login_required
def tour_page(request: SignedInRequest) -> HttpResponse:
    """Every step, for whoever has put the tour away."""
    return render_page(request, "home/dashboard/tour.html", {"tour": tour.tour_of(request.user)})


@require_POST
@login_required
def tour_step(request: SignedInRequest, key: str) -> HttpResponse:
    """Note that I go there, and go."""
    step = next((one for one in tour.steps_of(request.user) if one.key == key), None)
    if step is None:
        msg = gettext("The tour has no such step.")
        raise Http404(msg)
    tour.take(step, user=request.user)
    return redirect(step.url)


@require_POST
@login_required
def tour_end(request: SignedInRequest) -> HttpResponse:
    """Show the tour no more."""
    tour.put_away(user=request.user, at=timezone.now())
    said = gettext("The tour is hidden. Find it again in the menu under your name.")
    messages.success(request, said)
    return redirect_page(request, "home:dashboard")


@require_POST
@login_required
def tour_again(request: SignedInRequest) -> HttpResponse:
    """Show the tour on my dashboard again."""
    tour.take_out(user=request.user)
    return redirect_page(request, "home:dashboard")
