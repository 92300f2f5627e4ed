"""Boxes for passwords: what is typed can be shown for a while, and a new one is graded."""

from typing import Any, ClassVar

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


class DressedMixin:
    """A form of Django's with our boxes; ``graded`` names the field of a new password."""

    graded: ClassVar = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, graded=self.graded)  # type: ignore[arg-type]


def _dress(form: forms.BaseForm, *, graded: str) -> None:
    for name, field in form.fields.items():
        if isinstance(field.widget, forms.PasswordInput):
            kind = NewPasswordInput if name == graded else PasswordInput
            field.widget = kind(field.widget.attrs)
            field.widget.is_required = field.required
