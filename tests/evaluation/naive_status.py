"""A second implementation of the status, written apart from the engine's, from the words of the design.

It replays: it looks for the last activation that counts, asks the six questions in turn, and shares no code.
"""

from typing import Any


def naive_status(  # noqa: PLR0911, PLR0912 (one straight run through the six questions)
    moves: list[Any], activations: list[Any], models: list[Any]
) -> tuple[str, bool, bool]:
    """(status, not proven again, closed by hand)."""
    said = sorted({(m.at, m.sequence, m.kind) for m in moves})
    live = sorted({(a.at, a.sequence, a.model) for a in activations})
    known = {m.version: m for m in models if m.stage != "archived"}
    live = [(at, sequence, name if name in known else None) for at, sequence, name in live]

    # 1
    if said and said[-1][2] in ("rejected", "duplicate"):
        return said[-1][2], False, False
    # 2
    column = "triage"
    for _, _, kind in said:
        if kind in ("triage", "confirmed", "in_progress"):
            column = kind
        if kind == "fixed" and column == "triage":
            column = "confirmed"
    if column == "triage":
        return "triage", False, False

    # what stood stays until the active model has results
    while live and live[-1][2] is not None and len(known[live[-1][2]].verdicts) == 0:
        live = live[:-1]
    active = live[-1][2] if live else None
    if active is not None:
        revision = max(known[active].verdicts)
    else:
        seen = [r for m in known.values() for r in m.verdicts]
        revision = max(seen) if seen else -1
    verdict = {name: str(m.verdicts.get(revision)) for name, m in known.items()}

    # 3
    if active is not None and verdict[active] == "fixed":
        return "fixed", False, False
    if said[-1][2] == "fixed" and (active is None or verdict[active] != "failing"):
        index = len(live) - 1
        while index >= 0 and live[index][2] is None:
            index -= 1
        while index > 0 and live[index - 1][2] == live[index][2]:
            index -= 1
        if index < 0 or said[-1][:2] >= live[index][:2]:
            return "fixed", False, True
    judge, again = active, False
    if active is not None and verdict[active] in ("inconclusive", "unscored"):
        judge, again = None, True
        for _, _, name in live[::-1]:
            if name is not None and verdict[name] in ("fixed", "failing"):
                judge = name
                break
    if judge is not None and verdict[judge] == "fixed":
        return "fixed", again, False
    # 4
    if judge is not None and verdict[judge] == "failing":
        for _, _, name in live:
            was_fixed = name is not None and verdict[name] == "fixed"
            if was_fixed and known[name].order_key < known[judge].order_key:
                return "regressed", again, False
    # 5
    for name, model in known.items():
        if model.stage in ("candidate", "shadow") and name != active and verdict[name] == "fixed":
            return "fix_available", False, False
    # 6
    return column, False, False
