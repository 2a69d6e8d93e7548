"""`python -m benchmarks.others.mlflow_job PATTERNS FOLDER VERDICTS`: the whole job with MLflow's evaluate per problem.

Load the suite, predict, judge each problem in a run of its own with one metric of ours and nothing else, which is the
least that MLflow does. What it writes is its own tracking store in FOLDER.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.metrics import MetricValue, make_metric

from benchmarks.others.suite import SuiteCase, problems
from benchmarks.others.vader import LABELS, scores


def failed_cases(predictions: Any, targets: Any, metrics: Any, case: Any, moved: Any) -> Any:  # noqa: ARG001
    """A line fails where it is not its target and no tolerance excuses it; a case, where one of its lines does."""
    failed = (predictions != targets) & moved
    by_case = failed.groupby(case).any()
    return MetricValue(
        scores=failed.astype(float).tolist(),
        aggregate_results={"failed": int(by_case.sum()), "all": len(by_case)},
    )


METRIC = make_metric(eval_fn=failed_cases, greater_is_better=False, name="cases")


def frame(cases: list[SuiteCase], said: dict[str, tuple[float, float, float]]) -> pd.DataFrame:
    rows = [
        (number, text, *judged(case, said[text], said.get(case.base or "")))
        for number, case in enumerate(cases)
        for text in case.inputs
    ]
    return pd.DataFrame(rows, columns=["case", "input", "prediction", "target", "moved"])


def judged(
    case: SuiteCase, output: tuple[float, ...], base: tuple[float, ...] | None
) -> tuple[str, str, bool]:
    """Return the label, the label it should be, and whether it counts that they differ."""
    label = LABELS[output.index(max(output))]
    if base is not None:
        wanted = base.index(max(base))
        return label, LABELS[wanted], abs(output[wanted] - base[wanted]) > case.expectation["tolerance"]
    if case.expectation["type"] == "not_equals":
        return label, "another" if label == case.expectation["label"] else label, True
    return label, case.expectation["label"], True


def main() -> None:
    started = time.perf_counter()
    patterns, folder, verdicts = sys.argv[1:]
    os.chdir(folder)  # its default store lies in the working folder
    counts = {}
    for name, cases in problems(Path(patterns)).items():
        texts = {text for case in cases for text in [*case.inputs, *([case.base] if case.base else [])]}
        said = {text: scores(text) for text in texts}
        with mlflow.start_run(run_name=name):
            result = mlflow.models.evaluate(
                data=frame(cases, said), predictions="prediction", targets="target", extra_metrics=[METRIC]
            )
        counts[name] = {
            "n_cases": int(result.metrics["cases/all"]),
            "n_failed": int(result.metrics["cases/failed"]),
        }
    work = time.perf_counter() - started
    Path(verdicts).write_text(json.dumps({"counts": counts, "work_seconds": work}))


if __name__ == "__main__":
    main()
