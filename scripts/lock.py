"""Write the lock files in requirements/: all packages with hashes, for every platform, naming no registry."""

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


def main() -> None:
    for name, what in LOCKS.items():
        output = f"requirements/{name}.txt"
        command = [str(PYTHON), "-m", "uv", "pip", "compile", *what, *OPTIONS, "--output-file", output]
        subprocess.run(command, cwd=ROOT, check=True)
        print(f"Wrote {output}")


if __name__ == "__main__":
    main()
