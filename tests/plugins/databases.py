"""Marks the tests that touch the database, so that they, and only they, run a second time on PostgreSQL.

`python -m scripts.test` runs everything on SQLite and then `-m ON_ANOTHER_DATABASE` with DATABASE_URL set.
"""

import pytest
from django.test import TransactionTestCase

FIXTURES = frozenset({"db", "transactional_db", "live_server", "django_db_reset_sequences"})
# Driving a browser, or killing processes for many seconds, says the same on either database.
ON_ANOTHER_DATABASE = "database and not browser and not (processes and slow)"


def touches_the_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("django_db"):
        return True
    case = getattr(item, "cls", None)
    if case is not None and issubclass(case, TransactionTestCase):
        return True
    return bool(FIXTURES & set(getattr(item, "fixturenames", ())))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if touches_the_database(item):
            item.add_marker("database")
