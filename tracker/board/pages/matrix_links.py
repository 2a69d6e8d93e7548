"""What an address of the matrix asks for, and the addresses that lead on from it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from tracker.board.revisions import AtRevision
from tracker.triage.case_pieces import After, Order, Show


@dataclass(frozen=True, slots=True)
class Asked:
    show: Show
    order: Order
    after: After | None

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        """Read the address; what is not known there is passed over."""
        show, order = query.get("show", ""), query.get("order", "")
        return cls(
            Show(show) if show in list(Show) else Show.ALL,
            Order(order) if order in list(Order) else Order.HARDEST,
            After.read(query.get("after", "")),
        )

    @classmethod
    def nothing(cls) -> Asked:
        return cls(Show.ALL, Order.HARDEST, None)

    @property
    def parameters(self) -> dict[str, str]:
        """What the address needs to ask for the same; the usual is left out."""
        told = {"show": (self.show, Show.ALL), "order": (self.order, Order.HARDEST)}
        return {name: str(chosen) for name, (chosen, usual) in told.items() if chosen != usual}


class Links:
    """Addresses on one revision of one problem."""

    def __init__(self, at: AtRevision, asked: Asked) -> None:
        self._problem = [at.problem.project.slug, at.problem.number]
        self._revision = {} if at.is_newest else {"revision": str(at.revision)}
        self._asked = asked
        self._matrix = reverse("board:matrix", args=self._problem)

    def same(self, page: str = "matrix", *, after: After | None = None) -> str:
        """Return what is asked for already, on another page or from another case on."""
        return self._with(page, self._asked.parameters | ({"after": str(after)} if after else {}))

    def other(self, *, show: Show | None = None, order: Order | None = None) -> str:
        """Return the start of another selection or order."""
        asked = Asked(show or self._asked.show, order or self._asked.order, None)
        return self._with("matrix", asked.parameters)

    def case(self, case_id: int) -> str:
        return f"{self._matrix}{case_id}/"

    def cell(self, version: str) -> str:
        """Return what follows the address of a case: made once per model, not once per cell."""
        whole = reverse("board:cell", args=[*self._problem, 0, version])
        return self._query(whole.removeprefix(self.case(0)), {})

    def _with(self, page: str, parameters: dict[str, str]) -> str:
        return self._query(reverse(f"board:{page}", args=self._problem), parameters)

    def _query(self, address: str, parameters: dict[str, str]) -> str:
        query = parameters | self._revision
        return address + (f"?{urlencode(query)}" if query else "")
