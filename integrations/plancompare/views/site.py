"""The site's settings: add, deactivate, and the tabs Setup and Sync."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from agencyhub.accounts.models import ApiKey
from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.lib.pks import read_pk
from agencyhub.records import history
from agencyhub.records.models import Batch, Option
from integrations.permissions import MANAGE
from integrations.plancompare import selectors, tables
from integrations.plancompare.forms.setup import LinkSet, SetupForm, link_set
from integrations.plancompare.forms.sync import KEPT, PlanTypeSet, SyncForm, plan_type_set
from integrations.plancompare.models import Site
from integrations.plancompare.services import settings

ADD_ROW = "add_row"
DELIVERY_PATH = "/hooks/plancompare/enrollments/"


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def site_detail(request: SignedInRequest, variant: str) -> HttpResponse:
    """The Setup tab; for a variant that is not active, what it does and how to add it."""
    site = Site.objects.filter(variant=variant).first() or Site(variant=variant)
    if not site.is_active:
        return _inactive(request, site)
    if request.method == "GET":
        return _setup_page(request, site, SetupForm(instance=site), link_set(site=site))
    if ADD_ROW in request.POST:
        return _with_another_row(request, site)
    form = SetupForm(request.POST, instance=site)
    links = link_set(request.POST, site=site)
    if not (form.is_valid() & links.is_valid()):
        return _setup_page(request, Site.objects.get(pk=site.pk), form, links, status=422)
    _save_setup(request, site, form, links)
    messages.success(request, gettext("Setup is saved."))
    return redirect_page(request, "plancompare:site_detail", variant)


def _save_setup(request: SignedInRequest, site: Site, form: SetupForm, links: LinkSet) -> None:
    screen = Batch.Channel.SCREEN
    with history.batch(
        user=request.user, channel=screen, summary=gettext_noop("PlanCompare setup changed")
    ):
        form.save()
        links.save_in_order()
        changed = [*form.changed_data, *(["links"] if links.has_changed() else [])]
        if changed:
            settings.note(site=site, user=request.user, text=gettext_noop("Setup was changed"))


def _setup_page(
    request: SignedInRequest,
    site: Site,
    form: SetupForm,
    links: LinkSet,
    *,
    status: int = 200,
) -> HttpResponse:
    menu = selectors.quoting_menu(site, on=timezone.localdate())
    context = {
        **frame(site, "setup"),
        "form": form,
        "links": links,
        "states": {link.pk: link for link in menu},
        "is_call_center": site.variant == Site.Variant.CALL_CENTER,
        "menu": menu,
    }
    return render_page(request, "plancompare/site_setup.html", context, status=status)


def _with_another_row(request: SignedInRequest, site: Site) -> HttpResponse:
    """Answer a page without JavaScript that asked for one more link: as typed, plus a row."""
    data = _one_row_more(request, "links")
    form = SetupForm(data, instance=site)
    return _setup_page(request, site, form, link_set(data, site=site))


def _inactive(request: SignedInRequest, site: Site) -> HttpResponse:
    if request.method == "POST":
        messages.error(request, gettext("The integration is no longer active; nothing was saved."))
        return redirect_page(request, "plancompare:site_detail", site.variant)
    other = selectors.active_site()
    context = {
        "site": site,
        "title": site.get_variant_display(),
        "other": other,
        "other_title": other.get_variant_display() if other else "",
        "kept_links": site.links.count() if site.pk else 0,
        "kept_usernames": selectors.username_count() if site.pk else 0,
        "is_call_center": site.variant == Site.Variant.CALL_CENTER,
    }
    return render_page(request, "plancompare/site_inactive.html", context)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def site_activate(request: SignedInRequest, variant: str) -> HttpResponse:
    """Add the integration to the account."""
    try:
        site = settings.activate_site(variant=variant, user=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(
            request,
            gettext("%(variant)s is part of AgencyHub now.")
            % {"variant": site.get_variant_display()},
        )
    return redirect_page(request, "plancompare:site_detail", variant)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def site_deactivate(request: SignedInRequest, variant: str) -> HttpResponse:
    """Take the integration out of use; everything set up is kept."""
    get_object_or_404(Site, variant=variant)
    site = settings.deactivate_site(variant=variant, user=request.user)
    title = site.get_variant_display()
    messages.success(
        request,
        gettext("%(title)s is deactivated. Settings and usernames are kept.") % {"title": title},
    )
    return redirect_page(request, "integrations:integration_list")


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def site_sync(request: SignedInRequest, variant: str) -> HttpResponse:
    """The Sync tab: what an enrollment does, offered once Setup is complete."""
    site = get_object_or_404(Site, variant=variant, is_active=True)
    if not selectors.is_set_up(site):
        messages.warning(request, gettext("Enter the Partner ID and a quoting link first."))
        return redirect_page(request, "plancompare:site_detail", variant)
    choices = tables.coverage_type_choices(site)
    initial = tables.plan_type_rows(site)
    if request.method == "GET":
        table = plan_type_set(initial=initial, coverage_types=choices)
        return _sync_page(request, site, SyncForm(instance=site), table)
    form = SyncForm(request.POST, instance=site)
    data = _one_row_more(request, "plan_types") if ADD_ROW in request.POST else request.POST
    table = plan_type_set(data, initial=initial, coverage_types=choices)
    if ADD_ROW in request.POST:
        return _sync_page(request, site, form, table)
    if not (form.is_valid() & table.is_valid()):
        return _sync_page(request, Site.objects.get(pk=site.pk), form, table, status=422)
    _save_sync(request, site, form, table)
    messages.success(request, gettext("Sync settings are saved."))
    return redirect_page(request, "plancompare:site_sync", variant)


def _one_row_more(request: SignedInRequest, prefix: str) -> Any:
    data = request.POST.copy()
    total = read_pk(data.get(f"{prefix}-TOTAL_FORMS", "")) or 0
    data[f"{prefix}-TOTAL_FORMS"] = str(total + 1)
    return data


def _save_sync(request: SignedInRequest, site: Site, form: SyncForm, table: PlanTypeSet) -> None:
    rows = list(table.rows())
    picked = {row["coverage_type"] for row in rows} - {"", KEPT}
    options = {str(option.pk): option for option in Option.objects.filter(pk__in=picked)}
    screen = Batch.Channel.SCREEN
    with history.batch(
        user=request.user, channel=screen, summary=gettext_noop("PlanCompare sync changed")
    ):
        form.save()
        settings.save_plan_types(
            site=site,
            user=request.user,
            mapping=[(row["plan_type"], options.get(row["coverage_type"])) for row in rows],
            kept=[row["plan_type"] for row in rows if row["coverage_type"] == KEPT],
        )
        settings.note(site=site, user=request.user, text=gettext_noop("Sync settings were changed"))


def _sync_page(
    request: SignedInRequest,
    site: Site,
    form: SyncForm,
    table: PlanTypeSet,
    *,
    status: int = 200,
) -> HttpResponse:
    keys = ApiKey.objects.filter(scope=ApiKey.Scope.PLANCOMPARE, revoked_at=None)
    context = {
        **frame(site, "sync"),
        "form": form,
        "table": table,
        "delivery_url": request.build_absolute_uri(DELIVERY_PATH),
        "has_key": keys.exists(),
    }
    return render_page(request, "plancompare/site_sync.html", context, status=status)


def frame(site: Site, current: str) -> dict[str, Any]:
    """What the head of each tab shows."""
    offered = [("setup", gettext("Setup"), "settings", "plancompare:site_detail")]
    if selectors.is_set_up(site):
        offered.append(("sync", gettext("Sync"), "refresh", "plancompare:site_sync"))
    offered.append(("users", gettext("Users"), "users", "plancompare:site_users"))
    tabs = [
        {
            "label": label,
            "icon": icon,
            "url": reverse(url, args=[site.variant]),
            "is_current": key == current,
        }
        for key, label, icon, url in offered
    ]
    return {"site": site, "title": site.get_variant_display(), "tabs": tabs}
