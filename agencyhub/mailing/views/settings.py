"""The agency's rules about mail, and each user's wishes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.mailing import screens, selectors
from agencyhub.mailing.forms.settings import MailSettingsForm, PreferenceForm
from agencyhub.mailing.services import preferences


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("mailing.change_mailsettings", raise_exception=True)
def mailsettings_form(request: HttpRequest) -> HttpResponse:
    """What the agency sends by itself, and when not."""
    form = MailSettingsForm(request.POST or None, instance=selectors.mail_settings())
    if request.method == "POST" and form.is_valid():
        silent = list(form.cleaned_data["silent_statuses"])
        preferences.save_settings(rules=form.instance, silent=silent, user=request.user)
        messages.success(request, _("The email settings are saved."))
        return redirect_page(request, "mailing:mailsettings")
    context = {"form": form, "tabs": screens.tabs(request.user, current="mailsettings")}
    status = 422 if form.is_bound else 200
    return render_page(request, "mailing/mailsettings_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def preference_form(request: HttpRequest) -> HttpResponse:
    """When the own digest comes, and how mails in the own name look."""
    preference = selectors.preference_of(request.user)
    form = PreferenceForm(request.POST or None, instance=preference, user=request.user)
    if request.method == "POST" and form.is_valid():
        preferences.save_preference(user=request.user, values=form.cleaned_data)
        messages.success(request, _("Your email settings are saved."))
        return redirect_page(request, "mailing:preference")
    own = screens.optout_rows(selectors.optouts_of(request.user))
    context = {"form": form, "rows": own}
    status = 422 if form.is_bound else 200
    return render_page(request, "mailing/preference_form.html", context, status=status)


@require_POST
@login_required
def preference_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up what the own address has unsubscribed from."""
    try:
        preferences.resume(optout_id=pk, user=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("You will get these emails again."))
    return redirect_page(request, "mailing:preference")
