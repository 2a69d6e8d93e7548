"""What `make demo` and `make serve` do once things are installed: prepare, fill or ask for a user, serve."""

import argparse
import os
import subprocess

from scripts.install import PYTHON, ROOT
from scripts.prepare import home, manage, prepare

DEMO_CALLABLES = tuple(
    f"tracker.demo.sentiment.models.{name}"
    for name in (
        "afinn:afinn_96",
        "afinn:afinn_111",
        "textblob:textblob",
        "afinn:afinn_165",
        "hosted:hosted_mood",
        "vader:vader",
        "tfidf:tfidf_1",
        "tfidf:tfidf_2",
        "tfidf:tfidf_3",
    )
)
"""The functions that the demo's models are, by the names in tracker/demo/sentiment/candidates.py."""


def allow_demo_models() -> None:
    """Allow them in what is started from here, beside those that the operator allows."""
    allowed = os.environ.get("PYTHON_CALLABLES", "")
    os.environ["PYTHON_CALLABLES"] = ",".join([*filter(None, [allowed.strip()]), *DEMO_CALLABLES])


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
    if chosen.demo:
        allow_demo_models()
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
