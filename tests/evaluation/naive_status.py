"""A second implementation of the status, written apart from the engine's, from the words of the design.

It replays: it looks for the last activation that counts, asks the six questions in turn, and shares no code.
"""

from typing import Any


def upto(model: Any, last: int, other: Any = None) -> int:
    """Counts down from the last revision to the one at which the model is looked at; -1 for none."""
    mine = [r for r in range(last, -1, -1) if r in model.verdicts]
    both = [r for r in mine if other is not None and r in other.verdicts]
    return [*both, *mine, -1][0]


def naive_status(  # noqa: PLR0911, PLR0912 (one straight run through the six questions)
    moves: list[Any], activations: list[Any], models: list[Any]
) -> tuple[str, bool, bool]:
    """(status, not proven again, closed by hand)."""
    said = sorted({(m.at, m.sequence, m.kind) for m in moves})
    undone = {(a.at, a.sequence) for a in activations if a.undoes}
    live = sorted({(a.at, a.sequence, a.model, a.revision) for a in activations})
    known = {m.version: m for m in models if m.stage != "archived"}
    live = [(at, sequence, name if name in known else None, r) for at, sequence, name, r in live]

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

    # what stood stays until the active model has a result on what was the newest revision
    while live and live[-1][2] is not None:
        if [r for r in known[live[-1][2]].verdicts if r >= live[-1][3]]:
            break
        live = live[:-1]
    active = live[-1][2] if live else None
    if active is not None:
        revision = max(known[active].verdicts)
    else:
        seen = [r for m in known.values() for r in m.verdicts]
        revision = max(seen) if seen else -1

    def verdict(name: str, other: str | None = None) -> str:
        model = known[name]
        return str(model.verdicts.get(upto(model, revision, known[other] if other else None)))

    # 3
    if active is not None and verdict(active) == "fixed":
        return "fixed", False, False
    if said[-1][2] == "fixed" and (active is None or verdict(active) != "failing"):
        index = len(live) - 1
        while index >= 0 and live[index][2] is None:
            index -= 1
        while index > 0 and live[index - 1][2] == live[index][2]:
            index -= 1
        if index < 0 or said[-1][:2] >= live[index][:2]:
            return "fixed", False, True
        # what was undone is left out of the time in which the model before it was live
        while live[index][:2] in undone:
            stop = index - 1
            while stop > 0 and live[stop - 1][2] == live[stop][2]:
                stop -= 1
            before = stop - 1
            if before < 0 or live[before][2] != live[index][2]:
                break
            while before > 0 and live[before - 1][2] == live[before][2]:
                before -= 1
            if live[before][:2] <= said[-1][:2] < live[stop][:2]:
                return "fixed", False, True
            index = before
    judge, again = active, False
    if active is not None and verdict(active) in ("inconclusive", "unscored"):
        judge, again = None, True
        for _, _, name, _ in live[::-1]:
            if name is not None and verdict(name) in ("fixed", "failing"):
                judge = name
                break
    if judge is not None and verdict(judge) == "fixed":
        return "fixed", again, False
    # 4
    if judge is not None and verdict(judge) == "failing":
        for _, _, name, _ in live:
            if name is None or known[name].order_key >= known[judge].order_key:
                continue
            if (verdict(name, judge), verdict(judge, name)) == ("fixed", "failing"):
                return "regressed", again, False
    # 5
    for name in known:
        if name == active or verdict(name, active) != "fixed":
            continue
        if active is None or verdict(active, name) != "fixed":
            return "fix_available", False, False
    # 6
    return column, False, False
