"""Write the lock files: all packages with hashes, for every platform, naming no registry."""

import subprocess

from scripts.install import PYTHON, ROOT

OPTIONS = (
    *("--universal", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"),
    *("--no-annotate", "--no-header", "--quiet", "--upgrade"),
)
LIKE_PRODUCT = ("--constraints", "requirements/product.txt")
LIKE_DEMO = ("--constraints", "requirements/demo.txt")
# In this order. A package that several locks hold has the same version in all of them, except in that of the build.
LOCKS = {
    "product": ("pyproject.toml",),
    "demo": ("--group", "demo", *LIKE_PRODUCT),
    "development": ("pyproject.toml", "--group", "development", *LIKE_PRODUCT, *LIKE_DEMO),
    "build": ("--group", "build"),
}
# Each in an environment of its own (tests/servers/environments.py), on the oldest Python that the tracker runs on.
ENVIRONMENTS = ("mlserver", "mlflow", "pytest_source")


def main() -> None:
    for name, what in LOCKS.items():
        lock(f"requirements/{name}.txt", what)
    for name in ENVIRONMENTS:
        lock(f"tests/servers/{name}.txt", (f"tests/servers/{name}.in", "--python-version", "3.11"))


def lock(output: str, what: tuple[str, ...]) -> None:
    command = [str(PYTHON), "-m", "uv", "pip", "compile", *what, *OPTIONS, "--output-file", output]
    subprocess.run(command, cwd=ROOT, check=True)
    print(f"Wrote {output}")


if __name__ == "__main__":
    main()
