"""The address of the board: view, filters, order and page. Everything that is seen can be sent to somebody."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from tracker.board.pages.board_filters import NOBODY, BoardFilters
from tracker.board.words import status_word

TABLE = "table"


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the address without it."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class BoardAddress:
    """What the address asks for. `sort` and `page` are the table's."""

    filters: BoardFilters
    view: str = ""
    sort: str = ""
    page: str = ""
    me: str = ""
    """Who looks at it."""

    @classmethod
    def read(cls, query: QueryDict, *, me: str = "") -> BoardAddress:
        return cls(
            filters=BoardFilters.read(query),
            view=TABLE if query.get("view") == TABLE else "",
            sort=query.get("sort", ""),
            page=query.get("page", ""),
            me=me,
        )

    @property
    def is_table(self) -> bool:
        return self.view == TABLE

    def to(self, **changes: str) -> str:
        """Return the address with these parameters changed (empty: left out), on the first page unless told."""
        now = {"view": self.view, **self.filters.parameters, "sort": self.sort} | changes
        return "?" + urlencode({name: value for name, value in now.items() if value})

    @property
    def as_board(self) -> str:
        return self.to(view="", sort="")

    @property
    def as_table(self) -> str:
        return self.to(view=TABLE)

    @property
    def is_mine(self) -> bool:
        return self.filters.assignee == self.me

    @property
    def mine(self) -> str:
        """Only what is assigned to the person who looks; where it is already, what is anybody's."""
        return self.to(assignee="" if self.is_mine else self.me)

    @property
    def without_filters(self) -> str:
        return self.to(**dict.fromkeys(self.filters.parameters, ""))

    def chips(self) -> list[Chip]:
        """Return the filters in force, in words."""
        return [
            Chip(_chip_text(name, value), self.to(**{name: ""}))
            for name, value in self.filters.parameters.items()
        ]


def _chip_text(name: str, value: str) -> str:
    if name == "status":
        return status_word(value)
    if value == NOBODY and name in {"assignee", "harm"}:
        return _("assigned to nobody") if name == "assignee" else _("harm not set")
    texts = {
        "assignee": _("assigned to %(value)s"),
        "label": _("label %(value)s"),
        "harm": _("harm %(value)s"),
        "since": _("regressed since %(value)s"),
        "q": _("“%(value)s”"),
    }
    return texts[name] % {"value": value}
