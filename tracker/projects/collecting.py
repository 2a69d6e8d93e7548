"""Python's collector of cyclic garbage, which looks at everything again and again while rows pass through by the
thousand: none of those is part of a cycle, and looking costs as much as storing them.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

ALLOCATIONS = 50_000
"""So many objects more than before, and the young ones are looked at; some megabytes at most wait for it."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(max(ALLOCATIONS, before[0]), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
