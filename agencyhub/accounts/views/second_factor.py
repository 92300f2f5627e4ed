"""The second factor: setting it up, the second step of a sign-in, recovery codes, removing it."""

from io import BytesIO

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts import second_step, throttle, trust
from agencyhub.accounts.forms.sign_in import CodeForm, RemoveFactorForm, SetUpForm, SignInCodeForm
from agencyhub.accounts.models import User
from agencyhub.accounts.roles import in_words as role_words
from agencyhub.accounts.services import factors
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import HtmxRequest, redirect_page, render_page
from agencyhub.lib.visitors import address_of, visit_of

SET_UP = "accounts/second_factor_setup.html"
CODES = "accounts/second_factor_codes.html"


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_factor_verify(request: HttpRequest) -> HttpResponse:
    """The second step of a sign-in: a code."""
    user = second_step.who(request)
    if user is None:
        return redirect_page(request, "accounts:login")
    days = settings.TRUSTED_BROWSER_DAYS
    form = SignInCodeForm(request.POST or None, trusted_days=days)
    limit = {"username": f"code of user {user.pk}", "address": address_of(request)}
    if request.method == "POST" and form.is_valid():
        if throttle.is_blocked(**limit):
            form.add_error(
                None,
                gettext("Too many attempts. Wait %(minutes)s minutes.")
                % {"minutes": throttle.minutes()},
            )
        else:
            try:
                how = factors.check(
                    user=user,
                    code=form.cleaned_data["code"],
                    at=timezone.now(),
                    visit=visit_of(request),
                )
            except DomainError as refusal:
                throttle.note_failure(**limit)
                form.add_error("code", refusal.message)
            else:
                throttle.forget(**limit)
                return _signed_in(request, user, form, how)
    status = 422 if form.is_bound else 200
    return render_page(request, "accounts/second_factor_verify.html", {"form": form}, status=status)


def _signed_in(request: HttpRequest, user: User, form: SignInCodeForm, how: str) -> HttpResponse:
    response = redirect(second_step.finish(request, user, how=how))
    factor = factors.of(user)
    if form.cleaned_data.get("trust") and factor is not None:
        trust.trust(response, request, user, factor)
    if how == "recovery code":
        left = factors.codes_left(user)
        messages.warning(
            request, gettext("That recovery code is used up. %(left)s are left.") % {"left": left}
        )
    return response


@never_cache
@require_GET
@login_required
def second_factor_detail(request: HtmxRequest) -> HttpResponse:
    """Whether the second factor is on, and what to do about it."""
    user = request.user
    context = {
        "factor": factors.of(user),
        "codes_left": factors.codes_left(user),
        "wanting": [role_words(role.name) for role in user.roles if role.requires_second_factor],
        "remove_form": RemoveFactorForm(user=user),
        "renew_form": CodeForm(),
    }
    return render_page(request, "accounts/second_factor.html", context)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@login_required
def second_factor_setup(request: HtmxRequest) -> HttpResponse:
    """Scan the square, type the code, keep the recovery codes."""
    if request.user.acted_by:
        return redirect_page(request, "home:dashboard")
    form = SetUpForm(request.POST or None)
    try:
        set_up = factors.begin(user=request.user)
    except DomainError as refusal:
        messages.info(request, refusal.message)
        return redirect_page(request, "accounts:second_factor")
    if request.method == "POST" and form.is_valid():
        try:
            codes = factors.confirm(
                user=request.user,
                code=form.cleaned_data["code"],
                at=timezone.now(),
                visit=visit_of(request),
            )
        except DomainError as refusal:
            form.add_error("code", refusal.message)
        else:
            return render_page(request, CODES, {"codes": codes, "is_first": True})
    context = {
        "form": form,
        "set_up": set_up,
        "square": _square(set_up.uri),
        "is_due": request.user.is_second_factor_missing,
    }
    return render_page(request, SET_UP, context, status=422 if form.is_bound else 200)


@never_cache
@sensitive_post_parameters("code")
@require_POST
@login_required
def second_factor_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, for a present code; shown once."""
    if not factors.of(request.user):  # removed in another window
        return redirect_page(request, "accounts:second_factor")
    form = CodeForm(request.POST)
    form.is_valid()
    try:
        visit = visit_of(request)
        code = form.cleaned_data.get("code", "")
        factors.check(user=request.user, code=code, at=timezone.now(), visit=visit)
        codes = factors.renew_codes(user=request.user, visit=visit)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect_page(request, "accounts:second_factor")
    return render_page(request, CODES, {"codes": codes, "is_first": False})


@sensitive_post_parameters("password", "code")
@require_POST
@login_required
def second_factor_remove(request: HttpRequest) -> HttpResponse:
    """Back to the password alone, for password and code."""
    if not factors.of(request.user):
        return redirect_page(request, "accounts:second_factor")
    form = RemoveFactorForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            factors.remove(
                user=request.user,
                code=form.cleaned_data["code"],
                at=timezone.now(),
                visit=visit_of(request),
            )
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, gettext("You sign in with your password alone now."))
    else:
        messages.error(request, gettext("Type your password, and the code that the app shows now."))
    return redirect_page(request, "accounts:second_factor")


@require_POST
@login_required
@permission_required("accounts.change_user", raise_exception=True)
def user_reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the second factor from somebody who lost it."""
    user = get_object_or_404(User, pk=pk)
    try:
        factors.reset(actor=request.user, user=user, visit=visit_of(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request,
            gettext("%(display_name)s signs in without a code until a new one.")
            % {"display_name": user.display_name},
        )
    return redirect_page(request, "accounts:user_edit", pk=pk)


def _square(uri: str) -> SafeString:
    """The address as a QR code: an SVG without styles or scripts of its own."""
    drawn = BytesIO()
    segno.make(uri, error="m").save(
        drawn,
        kind="svg",
        omitsize=True,
        border=2,
        light="#fff",
        title=gettext("QR code for the app"),
        xmldecl=False,
        svgns=False,
        nl=False,
    )
    return mark_safe(drawn.getvalue().decode())  # noqa: S308 - segno draws it, nothing is typed
