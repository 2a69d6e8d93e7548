"""The forms of accounts in the words of this application."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from django.conf import settings
from django.utils.translation import gettext_lazy as _

UNSENT = "django.core.mail.backends.console.EmailBackend"


def without_mail(form: Any, name: str) -> None:
    """Where no mail leaves the machine, do not offer to send a new password by mail."""
    if settings.EMAIL_BACKEND == UNSENT:
        form.fields[name].help_text = ""


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        without_mail(self, "password")


class OwnPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "oldpassword": _("Current password"),
            "password1": _("New password"),
            "password2": _("New password, again"),
        }
        for name, label in words.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
        without_mail(self, "oldpassword")
