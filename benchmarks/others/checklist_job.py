"""`python -m benchmarks.others.checklist_job SUITE RESULTS VERDICTS`: CheckList's whole job with its own runner.

Load the suite (from JSON lines, or as CheckList has saved it), predict, judge, save the suite with its results, count
the failed cases of each problem.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from checklist.pred_wrapper import PredictorWrapper
from checklist.test_suite import TestSuite

from benchmarks.others.checklist_suite import suite_of
from benchmarks.others.vader import scores


def main() -> None:
    started = time.perf_counter()
    source, results, verdicts = sys.argv[1:]
    suite = suite_of(Path(source)) if source.endswith(".gz") else TestSuite.from_file(source)
    predict = PredictorWrapper.wrap_softmax(lambda texts: np.array([scores(text) for text in texts]))
    suite.run(predict, verbose=False)
    suite.save(results)
    counts = {}
    for name, test in suite.tests.items():
        stats = test.get_stats()
        counts[name] = {"n_cases": int(stats["testcases"]), "n_failed": int(stats.get("fails", 0))}
    work = time.perf_counter() - started
    Path(verdicts).write_text(json.dumps({"counts": counts, "work_seconds": work}))


if __name__ == "__main__":
    main()
