"""How a project's models go live: by hand, or by themselves when the evidence is good enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

from tracker.projects.errors import Errors, Invalid

Mode = Literal["by_hand", "automatic"]
MODES: tuple[Mode, ...] = ("by_hand", "automatic")
DEFAULT_MIN_CUT = 0.1


@dataclass(frozen=True, slots=True)
class ActivationPolicy:
    """`min_cut`: the share, 0 to 1, by which the remaining impact has to fall for a model to go live by itself."""

    mode: Mode = "by_hand"
    min_cut: float = DEFAULT_MIN_CUT

    @property
    def is_automatic(self) -> bool:
        return self.mode == "automatic"

    def to_json(self) -> dict[str, Any]:
        return {"mode": self.mode, "min_cut": self.min_cut}


def default_activation_policy() -> dict[str, Any]:
    return ActivationPolicy().to_json()


def checked_policy(value: object) -> dict[str, Any]:
    """Return a policy as it is stored, with defaults for what it leaves out; raises Invalid."""
    if not isinstance(value, Mapping):
        raise Invalid({"value": [_('Give an object such as {"mode": "by_hand"}.')]})
    errors: Errors = {name: [_("There is no such field.")] for name in value.keys() - {"mode", "min_cut"}}
    mode, min_cut = value.get("mode", MODES[0]), value.get("min_cut", DEFAULT_MIN_CUT)
    if mode not in MODES:
        errors["mode"] = [_("Choose one of: %(choices)s.") % {"choices": ", ".join(MODES)}]
    is_number = isinstance(min_cut, int | float) and not isinstance(min_cut, bool)
    if not is_number or not 0 <= min_cut <= 1:
        errors["min_cut"] = [_("Give a share from 0 to 1.")]
    if errors:
        raise Invalid(errors)
    return ActivationPolicy(mode, float(min_cut)).to_json()
