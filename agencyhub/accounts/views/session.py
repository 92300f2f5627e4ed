"""Signing in, and what people change about themselves."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import translation
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agencyhub.accounts import devices, lock_out, second_step, sessions, throttle, trust
from agencyhub.accounts.forms.sign_in import ChangeForm, ChooseForm, ResetForm, SignInForm
from agencyhub.accounts.forms.users import ProfileForm
from agencyhub.accounts.models import AccessEvent
from agencyhub.accounts.services import access, factors
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.lib.visitors import address_of, visit_of

YEAR = 365 * 24 * 60 * 60


class SignInView(auth_views.LoginView):
    """User name and password; who has a second factor is asked for a code next."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say why somebody is here who was somewhere else a moment ago."""
        minutes = settings.SESSION_IDLE_MINUTES
        return super().get_context_data(
            ended=self.request.GET.get("ended", ""), idle_minutes=minutes, **kwargs
        )

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in, or go on to the code."""
        user: Any = form.get_user()
        factor = factors.of(user)
        if factor is not None and not trust.is_trusted(self.request, user, factor):
            second_step.begin(self.request, user, next_url=self.get_success_url())
            return redirect_page(self.request, "accounts:second_factor_verify")
        how = gettext_noop("password, on a trusted browser") if factor else "password"
        self.request.signed_in_with = how  # type: ignore[attr-defined]
        return super().form_valid(form)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Note in the log when somebody is locked out: once, however often they try."""
        if getattr(form, "is_locked_out", False):
            lock_out.note(self.request, form.cleaned_data.get("username", ""))
        return super().form_invalid(form)


login = SignInView.as_view()
logout = auth_views.LogoutView.as_view()


class ChangeView(auth_views.PasswordChangeView):
    """Who found somebody's open session does not find the password by trying; others end."""

    form_class = ChangeForm
    success_url = reverse_lazy("accounts:password_change_done")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse unseen after too many wrong passwords."""
        tries = throttle.WRONG_OLD_PASSWORDS
        if throttle.is_too_often("old-password", request.user.pk, most=tries):
            form = self.get_form()
            form.add_error("old_password", _too_often())
            return self.form_invalid(form)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Note it in the log, from which the user is told by mail; the session has a new key."""
        kind = AccessEvent.Kind.PASSWORD_CHANGED
        with transaction.atomic():
            answer = super().form_valid(form)
            access.note(kind, user=form.user, visit=visit_of(self.request))
        sessions.enlist(self.request, form.user)
        devices.keep(self.request, form.user)
        return answer


password_change = ChangeView.as_view()
password_change_done = auth_views.PasswordChangeDoneView.as_view()


class ResetView(auth_views.PasswordResetView):
    """Ask for a link by mail: so often and no more, for one visitor and for one address."""

    form_class = ResetForm
    success_url = reverse_lazy("accounts:password_reset_done")

    def form_valid(self, form: Any) -> HttpResponse:
        """Answer alike whether there is such a user, and whether their mails were too many."""
        visitor, most = address_of(self.request), throttle.RESETS_OF_ONE_VISITOR
        if throttle.is_too_often("reset", visitor, most=most):
            form.add_error("email", _too_often())
            return self.form_invalid(form)
        email, most = form.cleaned_data["email"].lower(), throttle.RESETS_TO_ONE_ADDRESS
        if throttle.is_too_often("reset-to", email, most=most):
            return redirect(self.success_url)
        return super().form_valid(form)


class ConfirmView(auth_views.PasswordResetConfirmView):
    """Where the mail's link leads."""

    form_class = ChooseForm
    success_url = reverse_lazy("accounts:password_reset_complete")

    def form_valid(self, form: Any) -> HttpResponse:
        """Note it in the log, from which the user is told by mail."""
        kind = AccessEvent.Kind.PASSWORD_RESET
        with transaction.atomic():
            answer = super().form_valid(form)
            access.note(kind, user=form.user, visit=visit_of(self.request))
        return answer


password_reset = ResetView.as_view()
password_reset_done = auth_views.PasswordResetDoneView.as_view()
password_reset_confirm = ConfirmView.as_view()
password_reset_complete = auth_views.PasswordResetCompleteView.as_view()


def _too_often() -> str:
    return gettext("Too many attempts. Wait %(minutes)s minutes, then try again.") % {
        "minutes": throttle.minutes()
    }


@require_http_methods(["GET", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Name, language, time zone and colours."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, gettext("Your profile is saved."))
        response = redirect_page(request, "accounts:profile")
        theme = form.cleaned_data["theme"]
        response.set_cookie(
            "theme", theme, max_age=YEAR, samesite="Lax", secure=request.is_secure()
        )
        return response
    status = 422 if form.is_bound else 200
    return render_page(request, "accounts/profile.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def session_state(request: HttpRequest) -> HttpResponse:
    """How long the session lasts; a POST is a sign of life.

    The token comes along for pages that stayed open over a new sign-in.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"user": None, "seconds_left": 0})
    if request.method == "POST":
        sessions.touch(request)
    user = request.user.acted_by or request.user
    return JsonResponse(
        {
            "user": user.pk,
            "seconds_left": sessions.seconds_left(request),
            "csrf_token": get_token(request),
        }
    )
