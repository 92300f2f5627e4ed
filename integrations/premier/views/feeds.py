"""Premier Partners: every carrier's doors, its keys, what came in, and asking its API now."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.accounts.services import keys
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from integrations.permissions import MANAGE
from integrations.premier import selectors, tasks
from integrations.premier.forms import FeedForm
from integrations.premier.models import Feed, FeedKey
from integrations.premier.services import feeds as services
from integrations.premier.services import pulling
from integrations.services import door_keys

PAGE = "premier:feed_detail"


@require_GET
@login_required
@permission_required(MANAGE, raise_exception=True)
def feed_list(request: SignedInRequest) -> HttpResponse:
    """Every Premier Partner, its doors, and its last statement beside its promise."""
    rows = selectors.feed_rows(on=timezone.localdate(), now=timezone.now())
    return render_page(request, "premier/feed_list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def feed_add(request: SignedInRequest) -> HttpResponse:
    """Open a door for another carrier."""
    return _edit(request, Feed())


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def feed_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a carrier's doors."""
    return _edit(request, _feed(pk))


@never_cache
@require_GET
@login_required
@permission_required(MANAGE, raise_exception=True)
def feed_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One carrier: what to give it, its keys, and what came in."""
    return _page(request, _feed(pk))


@never_cache
@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
@permission_required(door_keys.MAKE, raise_exception=True)
def key_create(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make a key and show it once, in the answer itself."""
    feed = _feed(pk)
    try:
        new = services.create_key(feed=feed, user=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect_page(request, PAGE, pk)
    return _page(request, feed, new=new)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
@permission_required(door_keys.REVOKE, raise_exception=True)
def key_revoke(request: SignedInRequest, pk: int, key_pk: int) -> HttpResponse:
    """Stop a key of the carrier's for good."""
    mine = get_object_or_404(FeedKey.objects.select_related("key"), feed=pk, key=key_pk)
    keys.revoke_key(actor=request.user, key_id=mine.key_id, at=timezone.now())
    words = gettext("The key %(key)s… no longer works.") % {"key": mine.key.prefix}
    messages.success(request, words)
    return redirect_page(request, PAGE, pk)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def pull_start(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask the carrier's API now."""
    feed = _feed(pk)
    if feed.api_url:
        pull = pulling.start(feed=feed)
        transaction.on_commit(partial(tasks.pull_statuses.delay, pull_id=pull.pk))
        messages.success(request, gettext("Asking the carrier now."))
    else:
        messages.error(request, gettext("Enter the address of its status API first."))
    return redirect_page(request, PAGE, pk)


def _feed(pk: int) -> Feed:
    return get_object_or_404(Feed.objects.select_related("carrier"), pk=pk)


def _edit(request: SignedInRequest, feed: Feed) -> HttpResponse:
    form = FeedForm(request.POST or None, instance=feed)
    if request.method == "POST" and form.is_valid():
        saved = services.save(
            feed=form.instance,
            token=form.cleaned_data["token"],
            user=request.user,
            at=timezone.now(),
        )
        messages.success(request, gettext("The feed is saved."))
        return redirect_page(request, PAGE, saved.pk)
    status = 422 if form.is_bound else 200
    context = {"form": form, "feed": feed}
    return render_page(request, "premier/feed_form.html", context, status=status)


def _page(request: SignedInRequest, feed: Feed, **more: Any) -> HttpResponse:
    now = timezone.now()
    rows = selectors.feed_rows(on=timezone.localdate(), now=now)
    address = reverse("hooks:premier_status", args=[feed.slug])
    context = {
        "feed": feed,
        "row": next(row for row in rows if row.carrier.pk == feed.carrier_id),
        "address": request.build_absolute_uri(address),
        **door_keys.shown(services.live_keys(feed, at=now), user=request.user),
        "pull": selectors.last_pull(feed),
        "deliveries": selectors.recent_deliveries(feed),
        **more,
    }
    return render_page(request, "premier/feed_detail.html", context)
