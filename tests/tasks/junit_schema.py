"""Pytest's own schema of JUnit XML, from the source that its authors publish; no copy of it is kept here."""

from __future__ import annotations

import tarfile
from pathlib import Path

from xmlschema import XMLSchema

from tests.servers.environments import source


def pytests_schema(folder: Path) -> XMLSchema:
    """Return the schema, read from the archive that `tests/servers/pytest_source.txt` locks."""
    with tarfile.open(source("pytest_source", "pytest")) as archive:
        [member] = (each for each in archive.getmembers() if Path(each.name).name == "junit-10.xsd")
        content = archive.extractfile(member)
        assert content is not None
        (folder / "junit-10.xsd").write_bytes(content.read())
    return XMLSchema(folder / "junit-10.xsd")
