"""Every page of the tracker, once, in each state worth looking at.

The browser tests check each of them and `make screenshots` draws each of them. A test fails when an address of the
tracker is neither here nor in NO_PAGE.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Step = tuple[Literal["press", "ask", "click", "open", "send"], str]
"""press a key; press a key that opens a dialog; click what opens one, found by a selector; open a menu by its summary;
send a form unchecked by the browser."""

PROJECT = "/projects/{project}/"
PROBLEM = PROJECT + "problems/{problem}/"
SAMPLE = PROBLEM + "samples/{sample}/"
NEW = "/projects/{empty}/"
"""A project in which nothing has happened yet."""
PICTURES = "/projects/{pictures}/"
"""A project whose inputs are pictures."""


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
    Look("board:board", PROJECT, "keys", (("ask", "?"),)),
    Look("board:board", PROJECT, "move dialog", (("press", "j"), ("ask", "m"))),
    Look("board:board", PROJECT, "assign dialog", (("press", "j"), ("ask", "a"))),
    Look("board:board", PROJECT, "harm dialog", (("press", "j"), ("ask", "h"))),
    Look("board:board", PROJECT + "?q=nothing+is+called+so", "nothing found"),
    Look("board:board", PROJECT + "?status=rejected", "one status"),
    Look("board:board", PROJECT + "?harm=major&since={active_model}&q=e", "filters"),
    Look("board:board", NEW, "empty"),
    Look("board:board", PROJECT + "?view=table", "table"),
    Look("board:board", PROJECT + "?view=table&sort=title", "table by title"),
    Look("board:board", PROJECT + "?view=table&q=nothing+is+called+so", "table with nothing found"),
    Look("board:board", NEW + "?view=table", "empty table"),
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
    Look("board:problem", PROBLEM, "reject dialog", (("click", "a[href$='/move/?to=rejected']"),)),
    Look("board:problem", PROBLEM, "assign dialog", (("ask", "a"),)),
    Look("board:problem", PROBLEM, "reach dialog", (("click", "a[href$='/reach/']"),)),
    Look("board:problem", PROBLEM, "cell dialog", (("click", ".matrix-cell > a"),)),
    Look("board:problem", PROBLEM, "revisions dialog", (("click", "#evidence a[href$='/revisions/']"),)),
    Look("board:problem", PROBLEM, "overlay dialog", (("click", "a[href$='/overlays/']"),)),
    Look("board:problem", PROBLEM + "?revision=1", "older revision"),
    Look("board:problem", PROBLEM + "?revision=9999", "no such revision", status=404),
    Look("board:problem", PROBLEM + "?with={other_problem}&with=9999", "with another"),
    Look("board:problem", PROJECT + "problems/{bare_problem}/", "not described"),
    Look("board:edit_problem", PROBLEM + "edit/"),
    Look("board:move_problem", PROBLEM + "move/"),
    Look("board:move_problem", PROBLEM + "move/?to=duplicate", "duplicate"),
    Look(
        "board:move_problem", PROBLEM + "move/?to=rejected", "with errors", (("send", "Reject"),), status=400
    ),
    Look("board:assign_problem", PROBLEM + "assign/"),
    Look("board:set_harm", PROBLEM + "harm/"),
    Look("board:set_reach", PROBLEM + "reach/"),
    Look("board:revisions", PROBLEM + "revisions/"),
    Look("board:overlays", PROBLEM + "overlays/"),
    Look("board:matrix", PROBLEM + "matrix/"),
    Look("board:cell", PROBLEM + "matrix/{case}/{active_model}/"),
    Look("board:problem_reports", PROBLEM + "reports/"),
    Look("board:add_patterns", PROBLEM + "patterns/add/"),
    Look("board:add_patterns", PROBLEM + "patterns/add/?type=invariant", "other type"),
    Look(
        "board:add_patterns", PROBLEM + "patterns/add/", "with errors", (("send", "Add these"),), status=400
    ),
    Look("board:relabel_pattern", PROBLEM + "patterns/{pattern}/relabel/"),
    Look("board:retire_pattern", PROBLEM + "patterns/{pattern}/retire/"),
    Look("board:retired_patterns", PROBLEM + "patterns/retired/"),
    Look("board:draw_sample", PROBLEM + "samples/draw/"),
    Look("board:draw_sample", PROJECT + "problems/{bare_problem}/samples/draw/", "not described"),
    Look("board:sample", SAMPLE),
    Look("board:label_sample", SAMPLE + "label/"),
    Look("board:label_sample", SAMPLE + "label/?at=1", "decided before"),
    Look("board:file_report", PROJECT + "report/"),
    Look("board:file_report", PICTURES + "report/", "picture"),
    Look("board:file_report", PROJECT + "report/", "with errors", (("send", "Report it"),), status=400),
    Look("board:inbox", PROJECT + "inbox/"),
    Look("board:inbox", PROJECT + "inbox/?status=linked", "linked"),
    Look("board:inbox", PROJECT + "inbox/?status=dismissed", "dismissed"),
    Look("board:inbox", PROJECT + "inbox/", "link dialog", (("press", "j"), ("ask", "l"))),
    Look("board:inbox", PROJECT + "inbox/", "dismiss dialog", (("press", "j"), ("ask", "d"))),
    Look("board:inbox", PICTURES + "inbox/", "pictures"),
    Look("board:inbox", NEW + "inbox/", "empty"),
    Look("board:link_reports", PROJECT + "inbox/link/?report={new_report}"),
    Look("board:link_reports", PROJECT + "inbox/link/", "nothing ticked"),
    Look(
        "board:link_reports",
        PROJECT + "inbox/link/?report={new_report}",
        "with errors",
        (("send", "Link"),),
        status=400,
    ),
    Look("board:dismiss_reports", PROJECT + "inbox/dismiss/?report={new_report}"),
    Look("board:models", PROJECT + "models/"),
    Look("board:models", NEW + "models/", "empty"),
    Look("board:models", PROJECT + "models/?q={model}", "found"),
    Look("board:models", PROJECT + "models/?q=nothing+is+called+so", "nothing found"),
    Look("board:register_model", PROJECT + "register-model/"),
    Look("board:register_model", PROJECT + "register-model/?kind=http", "http"),
    Look("board:register_model", PROJECT + "register-model/?kind=skops", "skops"),
    Look("board:register_model", PROJECT + "register-model/?kind=onnx", "onnx"),
    Look(
        "board:register_model",
        PROJECT + "register-model/?kind=openai",
        "chat server",
        (("open", "Advanced settings"),),
    ),
    Look(
        "board:register_model",
        PROJECT + "register-model/?kind=http",
        "tried in vain",
        (("send", "Try it"),),
        status=400,
    ),
    Look(
        "board:register_model",
        PROJECT + "register-model/",
        "with errors",
        (("send", "Register"),),
        status=400,
    ),
    Look("board:model", PROJECT + "models/{model}/"),
    Look("board:model", PROJECT + "models/{active_model}/", "active"),
    Look("board:model", PROJECT + "models/{volatile_model}/", "volatile"),
    Look("board:activate_model", PROJECT + "models/{model}/activate/"),
    Look("board:compare", PROJECT + "compare/?base={active_model}&head={model}"),
    Look(
        "board:compare", PROJECT + "compare/?base={model}&head={active_model}&base_at=2026-01-01", "moments"
    ),
    Look("board:compare", PROJECT + "compare/?base={model}&head={model}", "one model"),
    Look("board:compare", PROJECT + "compare/?base=nobody&head={model}&head_at=never", "wrong"),
    Look("board:compare", NEW + "compare/", "empty"),
    Look("board:runs", PROJECT + "runs/"),
    Look("board:runs", NEW + "runs/", "empty"),
    Look("board:run", PROJECT + "runs/{run}/"),
    Look("board:changed_answers", PROJECT + "runs/{changed_run}/changed-answers/"),
    Look("board:changed_answers", PROJECT + "runs/{run}/changed-answers/", "none"),
    Look("board:settings", PROJECT + "settings/"),
    Look("board:settings", PROJECT + "settings/", "with errors", (("send", "Make a token"),), status=400),
    Look("board:settings", PROJECT + "settings/", "revoke dialog", (("click", "a[href$='/revoke/']"),)),
    Look("board:revoke_token", PROJECT + "settings/tokens/{token}/revoke/"),
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
        "account_change_password", "/accounts/password/change/", "with errors", (("send", "Change password"),)
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
_FILE = "a file to keep, or a picture that a page shows"
_TWO_FACTORS = "needs a second factor that is set up; same layout as mfa_activate_totp"

NO_PAGE = {
    **dict.fromkeys(
        [
            "board:delete_problem", "board:comment", "board:evaluate_problem", "board:pattern_of_report",
            "board:add_same", "board:import_patterns", "board:undo_addition", "board:restore_revision",
            "board:restore_pattern", "board:finish_sample", "board:cancel_sample", "board:reopen_reports",
            "board:change_stage", "board:undo_activation", "board:bring_outputs", "board:request_evaluation",
            "board:try_model", "board:change_keys",
            "board:cancel_run", "board:retry_run", "board:add_member", "board:remove_member", "board:add_token",
            "board:set_schedule",
        ],
        _ACTION,
    ),
    **dict.fromkeys(["board:problem_freshness", "board:work", "board:run_progress"], _FRAGMENT),
    **dict.fromkeys(["board:missing_inputs", "healthz", "readyz", "metrics", "api-schema"], _MACHINE),
    **dict.fromkeys(
        [
            "board:board_csv", "board:history_csv", "board:matrix_csv", "board:export_project", "board:example",
            "board:picture", "board:small_picture", "board:compare_problems_csv", "board:compare_flips_csv",
            "board:compare_change_csv",
        ],
        _FILE,
    ),
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
