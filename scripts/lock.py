"""Write the lock files in requirements/: all packages with hashes, for every platform, naming no registry."""

import subprocess

from scripts.install import PYTHON, ROOT

OPTIONS = (
    *("--universal", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"),
    *("--no-annotate", "--no-header", "--quiet", "--upgrade"),
)
# The development lock holds the product's packages in the product's versions.
LOCKS = {
    "product": ("pyproject.toml",),
    "development": ("pyproject.toml", "--group", "development", "--constraints", "requirements/product.txt"),
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
