"""Boxes for passwords: what is typed can be shown for a while, and a new one is graded."""

from typing import Any

from django import forms


class PasswordInput(forms.PasswordInput):
    """A box with a button that shows what is typed; without JavaScript there is no button."""

    template_name = "accounts/widgets/password.html"
    is_graded = False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Draw it empty, and say whether what is typed is graded."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["is_graded"] = self.is_graded
        return context


class NewPasswordInput(PasswordInput):
    """One for a password that is chosen now: its strength stands below, while one types."""

    is_graded = True


def dress(form: forms.BaseForm, *, graded: str = "") -> None:
    """Give a form of Django's our boxes; ``graded`` names the field of the new password."""
    for name, field in form.fields.items():
        if isinstance(field.widget, forms.PasswordInput):
            kind = NewPasswordInput if name == graded else PasswordInput
            field.widget = kind(field.widget.attrs)
            field.widget.is_required = field.required
