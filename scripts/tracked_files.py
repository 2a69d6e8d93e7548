"""Check the committed files: no package registry's host, no path of one machine, nothing needlessly large."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.install import ROOT

# Written so that this file does not hold what it looks for.
HOST = re.compile(
    r"\b(?:pypi|pythonhosted|npmjs|registry\.yarnpkg|deb\.debian|archive\.ubuntu)\.(?:org|com)\b"
)
MACHINE_PATH = re.compile(
    r"(?<![\w.$}~])/(?:work|root|home/[a-z][\w-]*|Users/[A-Za-z][\w-]*|tmp/plan)/[\w.-]+"
)
LARGEST = 1_000_000


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def complaints(path: Path) -> Iterator[str]:
    name = path.relative_to(ROOT)
    content = path.read_bytes()
    if len(content) > LARGEST:
        yield f"{name}: {len(content)} bytes; large files do not belong here"
    for number, line in enumerate(content.decode("utf-8", errors="replace").splitlines(), start=1):
        if HOST.search(line):
            yield f"{name}:{number}: names a package registry's host"
        if MACHINE_PATH.search(line):
            yield f"{name}:{number}: names a path of one machine"


def main() -> int:
    found = [complaint for path in tracked() for complaint in complaints(path)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
