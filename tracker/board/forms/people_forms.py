"""Forms about members and tokens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.board.forms.styled import StyledForm
from tracker.projects.models import User
from tracker.projects.rights import Role, Scope

ROLES = {
    Role.VIEWER: gettext_lazy("viewer: reads everything, changes nothing"),
    Role.REPORTER: gettext_lazy("reporter: also files reports and comments"),
    Role.TRIAGER: gettext_lazy("triager: also changes problems, patterns, models and runs"),
    Role.ADMIN: gettext_lazy("admin: also activation, settings, members and tokens"),
}
SCOPES = {
    Scope.REPORT: gettext_lazy("report: files reports, nothing else; safe to ship in a product"),
    Scope.READ: gettext_lazy("read: reads everything, such as CI that asks for a verdict"),
    Scope.WRITE: gettext_lazy("write: as a triager"),
    Scope.ADMIN: gettext_lazy("admin: everything"),
}


class MemberForm(StyledForm):
    """A person and a role."""

    user = forms.CharField(label=gettext_lazy("User name"), max_length=150)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=[(role.value, text) for role, text in ROLES.items()]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # it stands beside other forms, and an id must be one field's alone
        super().__init__(*args, auto_id="member_%s", **kwargs)

    def person(self) -> User | None:
        """Return the person; without one the form says so. Only admins may learn which user names exist."""
        found = User.objects.filter(username=self.cleaned_data["user"], is_active=True).first()
        if found is None:
            self.add_error("user", _("There is no such user; somebody has to create the account first."))
        return found


class TokenForm(StyledForm):
    """A new token."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("What will use it, such as: web shop"),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"),
        choices=[(scope.value, text) for scope, text in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    mine = forms.BooleanField(
        label=gettext_lazy("It ends when I leave the project"),
        required=False,
        help_text=gettext_lazy("And it can never do more than I can."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="token_%s", **kwargs)

    def arguments(self, user: Any) -> dict[str, Any]:
        """Return the arguments of `create_token`."""
        told = self.cleaned_data
        return {"name": told["name"], "scopes": told["scopes"], "user": user if told["mine"] else None}
