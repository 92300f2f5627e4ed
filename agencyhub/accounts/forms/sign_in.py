"""Signing in: the password, then the code of a second factor."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib.auth.forms import (
    AuthenticationForm,
    PasswordChangeForm,
    PasswordResetForm,
    SetPasswordForm,
)
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import throttle
from agencyhub.accounts.forms import passwords
from agencyhub.lib.forms import SwitchInput
from agencyhub.lib.visitors import address_of

MAX_CODE = 40


class SignInForm(passwords.DressedMixin, AuthenticationForm):
    """Django's form behind a limit of failed attempts."""

    # Set when the attempt was refused unseen, for whoever keeps the log.
    is_locked_out = False

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username") or ""
        address = address_of(self.request) if self.request else ""
        if throttle.is_blocked(username=name, address=address):
            self.is_locked_out = True
            msg = gettext("Too many attempts. Wait %(minutes)s minutes, then try again.") % {
                "minutes": throttle.minutes()
            }
            raise ValidationError(msg, code="throttled")
        try:
            cleaned = super().clean()
        except ValidationError:
            throttle.note_failure(username=name, address=address)
            raise
        if self.user_cache is not None:
            throttle.forget(username=name, address=address)
        return cleaned

    def get_invalid_login_error(self) -> ValidationError:
        msg = gettext("This username and password do not belong together. Capital letters matter.")
        return ValidationError(msg, code="invalid_login")


class ResetForm(PasswordResetForm):
    """Django's form; the e-mail is in the language of the user it goes to."""

    def send_mail(
        self,
        subject_template_name: str,
        email_template_name: str,
        context: dict[str, Any],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Send one e-mail; failures are logged, not shown: they would tell who has an account.

        The link leads to where the agency says that it is: anybody may ask for it, and name any
        host that the server answers to.
        """
        here = urlsplit(settings.PUBLIC_URL)
        context = {**context, "protocol": here.scheme, "domain": here.netloc}
        with translation.override(context["user"].language):
            super().send_mail(subject_template_name, email_template_name, context, *args, **kwargs)


class ChangeForm(passwords.DressedMixin, PasswordChangeForm):
    """Django's form; the new password is graded."""

    graded = "new_password1"


class ChooseForm(passwords.DressedMixin, SetPasswordForm):
    """Django's form behind a link; the new password is graded."""

    graded = "new_password1"


class CodeForm(forms.Form):
    """The code that an app shows, or a recovery code."""

    code = forms.CharField(
        max_length=MAX_CODE,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
    )


class SetUpForm(CodeForm):
    """The first code of an app."""

    code = forms.CharField(
        label=_("Code that the app shows now"),
        max_length=MAX_CODE,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class SignInCodeForm(CodeForm):
    """The second step of a sign-in."""

    trust = forms.BooleanField(required=False, widget=SwitchInput())

    def __init__(self, *args: Any, trusted_days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if trusted_days:
            self.fields["trust"].label = ngettext(
                "Trust this browser for %(days)s day",
                "Trust this browser for %(days)s days",
                trusted_days,
            ) % {"days": trusted_days}
            self.fields["trust"].help_text = gettext("Not on a computer that others use.")
        else:
            del self.fields["trust"]


class RemoveFactorForm(CodeForm):
    """Password and code, to go back to the password alone."""

    password = forms.CharField(
        strip=False, widget=passwords.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    field_order = ("password", "code")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["code"].widget.attrs.pop("autofocus")

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not self.user.check_password(password):
            msg = gettext("This is not your password.")
            raise ValidationError(msg)
        return password
