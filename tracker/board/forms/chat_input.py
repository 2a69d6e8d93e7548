"""A chat, turn by turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.types import JSON
from tracker.board.examples import turns
from tracker.board.forms.input_shape import Shape, Typed, lines_as_typed, listed, survives

ROLES = ("user", "assistant", "system", "tool")
ROWS = 4
MORE_ROWS = 8
MAX_ROLE = 100


@dataclass(frozen=True)
class TypedChat(Typed):
    turns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class TurnRow:
    number: int
    role: str
    text: str


class ChatShape(Shape[TypedChat]):
    """A list of turns, under `messages` where the newest chat of the project has it so."""

    template = "_fragments/_input_chat.html"

    def __init__(self, newest: Sequence[JSON]) -> None:
        like = next((chat for chat in newest if turns(chat)), None)
        said = turns(like) or []
        self.is_wrapped = isinstance(like, dict) and set(like) == {"messages"}
        self.starts_with_system = bool(said) and said[0][0] == "system"
        others = dict.fromkeys(role for role, _text in said if len(role) <= MAX_ROLE)
        self.roles = list(dict.fromkeys([*ROLES, *others]))

    def typed(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> TypedChat:
        roles, texts = listed(data, f"{name}_role"), listed(data, f"{name}_text")
        rows = zip(roles, texts, strict=False)
        return TypedChat(data.get(name, ""), tuple((role[:MAX_ROLE], text) for role, text in rows))

    def parts(self, value: JSON) -> TypedChat | None:
        said = turns(value)
        messages = value.get("messages") if isinstance(value, dict) else value
        is_plain = isinstance(messages, list) and all(
            isinstance(turn, dict)
            and set(turn) == {"role", "content"}
            and isinstance(turn["content"], str)
            and survives(turn["content"])
            for turn in messages
        )
        same_wrap = isinstance(value, dict) == self.is_wrapped and (
            not isinstance(value, dict) or len(value) == 1
        )
        return TypedChat("", tuple(said)) if said and is_plain and same_wrap else None

    def is_blank(self, typed: TypedChat) -> bool:
        return not any(text for _role, text in typed.turns)

    def assembled(self, typed: TypedChat) -> JSON:
        said: list[JSON] = [
            {"role": role, "content": lines_as_typed(text)} for role, text in typed.turns if text
        ]
        return {"messages": said} if self.is_wrapped else said

    def with_raw(self, raw: str) -> TypedChat:
        return TypedChat(raw)

    def context(self, typed: TypedChat) -> dict[str, Any]:
        said = typed.turns if not self.is_blank(typed) else ()
        kept = [turn for turn in said if turn[1]]
        rows = [
            TurnRow(number, *(kept[number - 1] if number <= len(kept) else (self._role(number), "")))
            for number in range(1, max(ROWS, len(kept) + 1) + MORE_ROWS + 1)
        ]
        first = max(ROWS, len(kept) + 1)
        roles = list(dict.fromkeys([*self.roles, *(role for role, _text in kept)]))
        return {"rows": rows[:first], "more_rows": rows[first:], "roles": roles}

    def _role(self, number: int) -> str:
        """Return who usually speaks in this turn."""
        if self.starts_with_system:
            number -= 1
        if number == 0:
            return "system"
        return "user" if number % 2 else "assistant"
