"""Class rules of a mapping: who gets which option, with what a change would do."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import reads_only, redirect_page, render_page, wants_fragment
from agencyhub.lib.pks import read_pk
from integrations.noyo import classes
from integrations.noyo.forms.rules import DefaultForm, RuleForm, as_said, condition_set, initial
from integrations.noyo.models import ClassRule, Mapping
from integrations.noyo.selectors import giving, offered
from integrations.noyo.selectors import studio as selectors
from integrations.noyo.selectors.studio import CategoryPane
from integrations.noyo.services import rules as services
from integrations.noyo.views.studio import MAP, VIEW, find, opened

INVALID = 422
PAGE = "noyo:mapping_rules"
PREVIEW = "noyo/_rule_preview.html"
ROWS = "noyo/_condition_rows.html"
REDRAWS = {"preview", "redraw"}


@require_GET
@never_cache
@login_required
@permission_required(VIEW, raise_exception=True)
def mapping_rules(request: SignedInRequest, pk: int, mapping_pk: int) -> HttpResponse:
    """The rules of every category, how many each decides for, and who gets what."""
    studio = opened(request, pk, mapping_pk)
    found = giving.now(studio.mapping, studio.categories, on=timezone.localdate())
    parts = [
        {
            "pane": pane,
            "giving": found[pane.name],
            "default": DefaultForm(
                options=pane.options,
                initial={"option": pane.default.option_id if pane.default else None},
                auto_id=f"id_%s_{place}",
            ),
        }
        for place, pane in enumerate(studio.categories)
    ]
    return studio.page("noyo/mapping_rules.html", PAGE, parts=parts)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
@permission_required(MAP, raise_exception=True)
def rule_create(request: SignedInRequest, pk: int, mapping_pk: int) -> HttpResponse:
    """A new rule, behind the others of the category in ``?category=``."""
    mapping = find(request, pk, mapping_pk)
    pane = _category(mapping, request.GET.get("category", ""))
    return _form_page(request, mapping, pane, rule=None)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
@permission_required(MAP, raise_exception=True)
def rule_edit(request: SignedInRequest, pk: int, mapping_pk: int, rule_pk: int) -> HttpResponse:
    """Change a rule in its place."""
    mapping = find(request, pk, mapping_pk)
    rule = get_object_or_404(_ranked(mapping), pk=rule_pk)
    return _form_page(request, mapping, _category(mapping, rule.category), rule=rule)


@reads_only
@require_POST
@never_cache
@login_required
@permission_required(MAP, raise_exception=True)
def rule_preview(request: SignedInRequest, pk: int, mapping_pk: int) -> HttpResponse:
    """Who would get what with the rule as it is typed just now."""
    mapping = find(request, pk, mapping_pk)
    pane = _category(mapping, request.GET.get("category", ""))
    rule = _ranked(mapping).filter(pk=read_pk(request.GET.get("rule", ""))).first()
    context = _preview(mapping, pane, rule, *_forms(request, mapping, pane, rule))
    return render_page(request, PREVIEW, {**context, "mapping": mapping, "pane": pane})


@require_POST
@login_required
@permission_required(MAP, raise_exception=True)
def rule_move(request: SignedInRequest, pk: int, mapping_pk: int, rule_pk: int) -> HttpResponse:
    """Move a rule one place up or down."""
    steps = 1 if request.POST.get("way") == "down" else -1
    return _act(
        request,
        pk,
        mapping_pk,
        lambda mapping: services.move_rule(
            mapping=mapping, rule=rule_pk, steps=steps, user=request.user
        ),
        said=_("The rules are in a new order."),
    )


@require_POST
@login_required
@permission_required(MAP, raise_exception=True)
def rule_delete(request: SignedInRequest, pk: int, mapping_pk: int, rule_pk: int) -> HttpResponse:
    """Delete a rule, also a default; the history takes it back."""
    return _act(
        request,
        pk,
        mapping_pk,
        lambda mapping: services.delete_rule(mapping=mapping, rule=rule_pk, user=request.user),
        said=_("The rule is deleted. The history can bring it back."),
    )


@require_POST
@login_required
@permission_required(MAP, raise_exception=True)
def rule_default(request: SignedInRequest, pk: int, mapping_pk: int) -> HttpResponse:
    """Say what everybody else gets."""
    option = read_pk(request.POST.get("option", "")) or 0
    return _act(
        request,
        pk,
        mapping_pk,
        lambda mapping: services.set_default(
            mapping=mapping, option=option, name=_("Everybody else"), user=request.user
        ),
        said=_("Everybody whom no rule and no link fits gets this option."),
    )


def _act(
    request: SignedInRequest, pk: int, mapping_pk: int, change: Any, *, said: str
) -> HttpResponse:
    mapping = find(request, pk, mapping_pk)
    try:
        change(mapping)
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, said)
    return redirect_page(request, PAGE, pk, mapping_pk)


def _ranked(mapping: Mapping) -> Any:
    rows = ClassRule.objects.filter(mapping=mapping, is_default=False)
    return rows.select_related("option").prefetch_related("conditions")


def _category(mapping: Mapping, name: str) -> CategoryPane:
    for pane in selectors.category_panes(mapping):
        if pane.name == name:
            return pane
    raise Http404


def _forms(
    request: SignedInRequest, mapping: Mapping, pane: CategoryPane, rule: ClassRule | None
) -> tuple[RuleForm, Any]:
    data = request.POST or None
    form = RuleForm(data, options=pane.options, initial=initial(rule) if rule else None)
    offers = offered.values(mapping, on=timezone.localdate())
    conditions = condition_set(data, offers=offers, rule=rule, extra="add_row" in request.POST)
    return form, conditions


def _form_page(
    request: SignedInRequest, mapping: Mapping, pane: CategoryPane, *, rule: ClassRule | None
) -> HttpResponse:
    form, conditions = _forms(request, mapping, pane, rule)
    if form.is_bound and (wants_fragment(request) or "redraw" in request.POST):
        offers = offered.values(mapping, on=timezone.localdate())
        said = as_said(request.POST, offers=offers)
        conditions = condition_set(offers=offers, said=said)
        if wants_fragment(request):
            return render_page(request, ROWS, {"conditions": conditions})
    is_asked = form.is_bound and not REDRAWS & request.POST.keys()
    if is_asked and form.is_valid() and conditions.is_valid():
        try:
            services.save_rule(
                mapping=mapping,
                draft=form.draft(conditions.conditions),
                user=request.user,
                rule=rule.pk if rule else None,
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The rule is saved."))
            return redirect_page(request, PAGE, mapping.group_id, mapping.pk)
    context = {
        **_preview(mapping, pane, rule, form, conditions),
        "mapping": mapping,
        "pane": pane,
        "form": form,
        "conditions": conditions,
        "rule": rule,
        "back_url": reverse(PAGE, args=[mapping.group_id, mapping.pk]),
    }
    return render_page(request, "noyo/rule_form.html", context, status=INVALID if is_asked else 200)


def _preview(
    mapping: Mapping,
    pane: CategoryPane,
    rule: ClassRule | None,
    form: RuleForm,
    conditions: Any,
) -> dict[str, Any]:
    """Who would get what, or why that cannot be told yet."""
    on = timezone.localdate()
    if not form.is_bound:
        return {"giving": giving.now(mapping, [pane], on=on)[pane.name], "is_current": True}
    if not (form.is_valid() and conditions.is_valid()):
        return {"unclear": _("Fill in the rule to see whom it fits.")}
    draft = form.draft(conditions.conditions)
    try:
        for one in draft.conditions:
            classes.check(one)
    except classes.InvalidConditionError:
        return {"unclear": _("A condition cannot be compared as it is typed.")}
    return {"giving": giving.preview(mapping, pane, draft, rule=rule, on=on)}
