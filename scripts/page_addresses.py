"""Every page of the tracker, once, in each state worth looking at.

The browser tests check each of them and `make screenshots` draws each of them. A test fails when an address of the
tracker is neither here nor in NO_PAGE.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Step = tuple[Literal["press", "click", "open", "send"], str]
"""press a key; click a link that fills the dialog; open a menu by its summary; send a form unchecked by the browser."""

PROJECT = "/projects/{project}/"
PROBLEM = PROJECT + "problems/{problem}/"
NEW = "/projects/{empty}/"
"""A project in which nothing has happened yet."""


@dataclass(frozen=True, slots=True)
class Look:
    """A page in one state. `{names}` in the address stand for what tests and screenshots find in their project."""

    page: str
    """The URL's name; of a page for errors, its template."""
    address: str
    state: str = ""
    steps: tuple[Step, ...] = ()
    signed_in: bool = True
    status: int = 200

    @property
    def name(self) -> str:
        """What the look is called in test ids and file names."""
        page = self.page.removeprefix("board:").removesuffix(".html")
        return f"{page}-{self.state}".replace(" ", "-") if self.state else page


BOARD = [
    Look("board:projects", "/"),
    Look("board:new_project", "/new-project/"),
    Look("board:new_project", "/new-project/", "with errors", (("send", "Create the project"),), status=400),
    Look("board:board", PROJECT),
    Look("board:board", PROJECT, "project menu", (("open", "Switch project"),)),
    Look("board:board", PROJECT, "keys", (("press", "?"),)),
    Look("board:board", PROJECT, "move dialog", (("press", "j"), ("press", "m"))),
    Look("board:board", PROJECT + "?q=nothing+is+called+so", "nothing found"),
    Look("board:board", PROJECT + "?status=rejected", "one status"),
    Look("board:board", NEW, "empty"),
    Look("board:new_problem", PROJECT + "new-problem/"),
    Look("board:new_problem", PROJECT + "new-problem/?report={new_report}", "from a report"),
    Look(
        "board:new_problem",
        PROJECT + "new-problem/",
        "with errors",
        (("send", "Create the problem"),),
        status=400,
    ),
    Look("board:problem", PROBLEM),
    Look("board:problem", PROBLEM, "reject dialog", (("click", "Reject…"),)),
    Look("board:problem", PROJECT + "problems/{bare_problem}/", "not described"),
    Look("board:edit_problem", PROBLEM + "edit/"),
    Look("board:move_problem", PROBLEM + "move/"),
    Look("board:move_problem", PROBLEM + "move/?to=duplicate", "duplicate"),
    Look(
        "board:move_problem", PROBLEM + "move/?to=rejected", "with errors", (("send", "Reject"),), status=400
    ),
    Look("board:problem_reports", PROBLEM + "reports/"),
    Look("board:add_patterns", PROBLEM + "patterns/add/"),
    Look("board:add_patterns", PROBLEM + "patterns/add/?type=invariant", "other type"),
    Look(
        "board:add_patterns", PROBLEM + "patterns/add/", "with errors", (("send", "Add these"),), status=400
    ),
    Look("board:relabel_pattern", PROBLEM + "patterns/{pattern}/relabel/"),
    Look("board:retire_pattern", PROBLEM + "patterns/{pattern}/retire/"),
    Look("board:file_report", PROJECT + "report/"),
    Look("board:file_report", PROJECT + "report/", "with errors", (("send", "Report it"),), status=400),
    Look("board:inbox", PROJECT + "inbox/"),
    Look("board:inbox", PROJECT + "inbox/?status=dismissed", "dismissed"),
    Look("board:inbox", PROJECT + "inbox/", "with errors", (("send", "Dismiss"),), status=400),
    Look("board:inbox", NEW + "inbox/", "empty"),
    Look("board:models", PROJECT + "models/"),
    Look("board:models", NEW + "models/", "empty"),
    Look("board:register_model", PROJECT + "register-model/"),
    Look("board:register_model", PROJECT + "register-model/?kind=http", "http"),
    Look("board:register_model", PROJECT + "register-model/?kind=skops", "skops"),
    Look(
        "board:register_model",
        PROJECT + "register-model/",
        "with errors",
        (("send", "Register"),),
        status=400,
    ),
    Look("board:model", PROJECT + "models/{model}/"),
    Look("board:model", PROJECT + "models/{active_model}/", "active"),
    Look("board:activate_model", PROJECT + "models/{model}/activate/"),
    Look("board:runs", PROJECT + "runs/"),
    Look("board:runs", NEW + "runs/", "empty"),
    Look("board:run", PROJECT + "runs/{run}/"),
    Look("board:settings", PROJECT + "settings/"),
    Look("board:settings", PROJECT + "settings/", "with errors", (("send", "Make a token"),), status=400),
]
ACCOUNT = [
    Look("account_login", "/accounts/login/", signed_in=False),
    Look("account_login", "/accounts/login/", "with errors", (("send", "Sign in"),), signed_in=False),
    Look("account_logout", "/accounts/logout/"),
    Look("account_inactive", "/accounts/inactive/", signed_in=False),
    Look("account_signup", "/accounts/signup/", signed_in=False),
    Look("account_reauthenticate", "/accounts/reauthenticate/"),
    Look("account_email", "/accounts/email/"),
    Look("account_email_verification_sent", "/accounts/confirm-email/", signed_in=False),
    Look("account_confirm_email", "/accounts/confirm-email/no-such-key/", signed_in=False),
    Look("account_change_password", "/accounts/password/change/"),
    Look(
        "account_change_password", "/accounts/password/change/", "with errors", (("send", "Change Password"),)
    ),
    Look("account_reset_password", "/accounts/password/reset/", signed_in=False),
    Look("account_reset_password_done", "/accounts/password/reset/done/", signed_in=False),
    Look("account_reset_password_from_key", "/accounts/password/reset/key/1-no-such-key/", signed_in=False),
    Look("account_reset_password_from_key_done", "/accounts/password/reset/key/done/", signed_in=False),
    Look("mfa_index", "/accounts/2fa/"),
    Look("mfa_activate_totp", "/accounts/2fa/totp/activate/"),
]
API = [
    Look("api-docs", "/api/v1/docs/"),
    Look("api-docs", "/api/v1/docs/", "signed out", signed_in=False),
]
ERRORS = [
    Look("404.html", PROJECT + "problems/999999/", status=404),
    Look("404.html", "/no-such-page/", "signed out", signed_in=False, status=404),
]
LOOKS = [*BOARD, *ACCOUNT, *API, *ERRORS]

UNREACHABLE = ["400.html", "403.html", "403_csrf.html", "500.html"]
"""Pages for errors that no address asks for; tests draw them from their templates."""

_ACTION = "an action: it answers with a redirect to a page, or with the page of its form"
_FRAGMENT = "a fragment that htmx asks for; the page that includes it is listed"
_MACHINE = "read by machines"
_TWO_FACTORS = "needs a second factor that is set up; same layout as mfa_activate_totp"

NO_PAGE = {
    **dict.fromkeys(
        [
            "board:delete_problem", "board:comment", "board:evaluate_problem", "board:pattern_of_report",
            "board:import_patterns", "board:settle_reports", "board:reopen_report", "board:change_stage",
            "board:bring_outputs", "board:request_evaluation", "board:cancel_run", "board:retry_run",
            "board:add_member", "board:remove_member", "board:add_token", "board:revoke_token",
        ],
        _ACTION,
    ),
    **dict.fromkeys(["board:problem_freshness", "board:work", "board:run_progress"], _FRAGMENT),
    **dict.fromkeys(["board:missing_inputs", "healthz", "readyz", "metrics", "api-schema"], _MACHINE),
    **dict.fromkeys(
        [
            "mfa_authenticate", "mfa_reauthenticate", "mfa_deactivate_totp", "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
        ],
        _TWO_FACTORS,
    ),
    "account_confirm_login_code": "signing in by a mailed code is off",
    "account_set_password": "for people without a password; leads elsewhere for all others",
}  # fmt: skip
"""Addresses without a page of their own, with the reason."""
