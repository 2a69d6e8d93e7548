"""The words of verdicts and statuses, and what each means in a line."""

from django.utils.translation import gettext as _

from tracker.projects.rights import BY_TOKEN, SYSTEM


def verdict_symbol(verdict: str | None) -> str:
    """The name of a verdict in CSS classes and in the sprite; `None` is not evaluated."""
    return verdict or "not-evaluated"


def verdict_word(verdict: str | None) -> str:
    """The word that pages show."""
    words = {
        "fixed": _("fixed"),
        "failing": _("failing"),
        "inconclusive": _("inconclusive"),
        "unscored": _("unscored"),
        None: _("not evaluated"),
    }
    return words[verdict or None]


def verdict_meaning(verdict: str | None) -> str:
    """One line for the tooltip."""
    meanings = {
        "fixed": _("The judged cases prove that the error is within the criterion."),
        "failing": _("The judged cases prove that the error is above the criterion."),
        "inconclusive": _("The judged cases prove neither: more of them would settle it."),
        "unscored": _("No judged case could be scored yet."),
        None: _("This model has not been evaluated on the newest test patterns."),
    }
    return meanings[verdict or None]


def reach_meaning(source: str) -> str:
    """Where a percentage of users is from."""
    meanings = {
        "reports": _("Users affected: distinct reporters among the active users"),
        "manual": _("Users affected, set by hand"),
        "old": _("Users affected: no report in the window, so the last known value"),
    }
    return meanings.get(source, _("Users affected"))


def status_word(status: str) -> str:
    """The title of a status, as the board's columns show it."""
    words = {
        "triage": _("Triage"),
        "confirmed": _("Confirmed"),
        "in_progress": _("In progress"),
        "fix_available": _("Fix available"),
        "fixed": _("Fixed"),
        "regressed": _("Regressed"),
        "rejected": _("Rejected"),
        "duplicate": _("Duplicate"),
    }
    return words[status]


def stage_word(stage: str) -> str:
    """The stage of a model."""
    words = {
        "candidate": _("candidate"),
        "shadow": _("shadow"),
        "active": _("active"),
        "archived": _("archived"),
    }
    return words.get(stage, stage)


def adapter_word(kind: str) -> str:
    """How a model is reached."""
    words = {
        "recorded": _("recorded outputs"),
        "skops": _("scikit-learn file"),
        "onnx": _("ONNX file"),
        "http": _("JSON server"),
        "open_inference": _("Open Inference server"),
        "mlflow": _("MLflow server"),
        "openai": _("chat server"),
        "python": _("Python callable"),
    }
    return words.get(kind, kind)


def role_word(role: str) -> str:
    """What a member is in a project."""
    words = {
        "viewer": _("viewer"),
        "reporter": _("reporter"),
        "triager": _("triager"),
        "admin": _("admin"),
    }
    return words.get(role, role)


def scope_word(scope: str) -> str:
    """What a token may do."""
    words = {"report": _("report"), "read": _("read"), "write": _("write"), "admin": _("admin")}
    return words.get(scope, scope)


def actor_word(name: str) -> str:
    """Who did something, from the stored name: a user name is its own word, a token and the tracker have one."""
    if name == SYSTEM.name:
        return _("tracker")
    token = name.removeprefix(BY_TOKEN)
    return _("token %(name)s") % {"name": token} if token != name else name


def gate_symbol(verdict: str) -> str:
    """The shape that a gate's verdict is drawn by: that of the verdict that means the same."""
    return {"pass": "fixed", "fail": "failing"}.get(verdict, "inconclusive")


def gate_word(verdict: str) -> str:
    words = {"pass": _("pass"), "fail": _("fail"), "inconclusive": _("inconclusive")}
    return words[verdict]


def gate_meaning(verdict: str, n_protected: int) -> str:
    """What the gate found, in a sentence; `n_protected` problems are fixed now."""
    meanings = {
        "pass": _("Every protected problem is fixed under it too, and nothing is significantly worse.")
        if n_protected
        else _("Nothing is significantly worse under it."),
        "fail": _("It must not: what is fixed would come back, or something is significantly worse.")
        if n_protected
        else _("It must not: something is significantly worse under it."),
        "inconclusive": _("That cannot be told yet, which is an answer of its own."),
    }
    return meanings[verdict]
