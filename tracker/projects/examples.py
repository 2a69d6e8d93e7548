"""Storing inputs, each once per project."""

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from evaluation.canonical import canonical_json, check_json
from evaluation.types import JSON
from tracker.projects.bulk_rows import CHUNK_ROWS, insert_rows
from tracker.projects.id_lists import Among
from tracker.projects.models import Example, Project


class CanonicalInput(msgspec.Struct, frozen=True, gc=False):
    """An input on its way into the database: its canonical JSON (RFC 8785) and the SHA-256 of that.

    Made for each line of a file, as its pattern is, hence no dataclass: a Struct is made in a sixth of the time.
    """

    digest: str
    content: str


def canonical_input(value: JSON) -> CanonicalInput:
    """Return the input in its stored form; raises InvalidJSON where RFC 8785 has none."""
    check_json(value)
    content = canonical_json(value)
    return CanonicalInput(hashlib.sha256(content.encode()).hexdigest(), content)


def stored_input(example: Example) -> CanonicalInput:
    return CanonicalInput(example.digest, example.content)


def store_examples(project: Project, inputs: Iterable[CanonicalInput]) -> dict[str, int]:
    """Store the inputs that are new and return the example id of every digest."""
    contents = {item.digest: item.content for item in inputs}
    known = example_ids(project, contents)
    # Sorted, so that two writers with the same new inputs meet in one order and neither waits for the other.
    missing = sorted(
        (project.pk, digest, content) for digest, content in contents.items() if digest not in known
    )
    for start in range(0, len(missing), CHUNK_ROWS):
        insert_rows(Example, ["project_id", "digest", "content"], missing[start : start + CHUNK_ROWS])
    if missing:
        known |= example_ids(project, {digest: content for _, digest, content in missing})
    return known


def example_ids(project: Project, digests: Mapping[str, object]) -> dict[str, int]:
    """Return the ids of those examples of the project that are stored, by digest."""
    found: dict[str, int] = {}
    wanted = list(digests)
    for start in range(0, len(wanted), CHUNK_ROWS):
        rows = Example.objects.filter(Among("digest", wanted[start : start + CHUNK_ROWS]), project=project)
        found.update(rows.values_list("digest", "pk"))
    return found
