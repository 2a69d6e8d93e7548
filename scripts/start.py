"""What `make demo` and `make serve` do once things are installed: prepare, fill or ask for a user, serve."""

import argparse
import os
import subprocess

from scripts.install import PYTHON, ROOT
from scripts.prepare import home, manage, prepare


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description="Prepare the tracker and serve it.")
    parser.add_argument("--demo", action="store_true", help="load the demo projects first")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--no-serve", action="store_true", help="stop when the data stands")
    return parser.parse_args()


def main() -> None:
    chosen = parse()
    if not chosen.no_serve:
        # A taken port is said at once, not after minutes of work.
        ask = [PYTHON, ROOT / "tracker" / "serving" / "listening.py", chosen.host, str(chosen.port)]
        if subprocess.run(ask, cwd=ROOT, check=False).returncode:
            raise SystemExit(1)
    prepare()
    welcome = home() / "demo.txt"
    manage("load_demo") if chosen.demo else manage("first_user")
    if chosen.no_serve:
        return
    serve = [PYTHON, ROOT / "manage.py", "serve", "--host", chosen.host, "--port", str(chosen.port)]
    if chosen.demo:
        serve += ["--welcome", welcome]
    os.execv(PYTHON, [os.fspath(part) for part in serve])


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
