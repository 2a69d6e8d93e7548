"""What stands for one model on one problem and what would settle it, in plain words."""

from evaluation.types import Verdict


def settling_text(
    verdict: Verdict,
    *,
    inference: bool,
    n_judged: int,
    n_scored: int,
    n_failed: int,
    clean_cases_missing: int | None,
    clean_cases_missing_if_answered: int | None,
    failures_allowed: int | None,
) -> str:
    """One or two clauses without a full stop; `inference`: whether passing cases prove anything.

    `clean_cases_missing_if_answered` is the number that would still be missing if all unscored cases passed;
    `failures_allowed` the number of judged cases that may fail for `fixed` (None: no number of them).
    """
    n_unscored = n_judged - n_scored
    proof = "prove it" if inference else "settle it"
    if verdict == Verdict.UNSCORED:
        return _unscored_text(n_judged, clean_cases_missing_if_answered, proof)
    stands = _standing_text(n_scored, n_failed, n_unscored)
    if verdict == Verdict.FIXED:
        return f"{stands}, few enough" if n_failed else stands
    if verdict == Verdict.FAILING:
        return f"{stands}; {_failing_text(clean_cases_missing, failures_allowed)}"
    if n_unscored:
        missing = clean_cases_missing_if_answered or 0
        answers = "an answer that passes" if n_unscored == 1 else "answers that pass"
        more = f" and {_clean_cases(missing)}" if missing else ""
        return f"{stands}; {answers}{more} would {proof}"
    return f"{stands}; {_clean_cases(clean_cases_missing or 0)} would {proof}"


def count_text(n_failed: int, n: int) -> str:
    """“0 of 24 fail”, “1 of 24 fails”."""
    return f"{n_failed} of {n} {'fails' if n_failed == 1 else 'fail'}"


def _standing_text(n_scored: int, n_failed: int, n_unscored: int) -> str:
    if n_failed:
        stands = count_text(n_failed, n_scored)
    else:
        stands = "the only one passes" if n_scored == 1 else f"all {n_scored} pass"
    if not n_unscored:
        return stands
    return f"{stands} where scored, {n_unscored} {'is' if n_unscored == 1 else 'are'} unscored"


def _clean_cases(n: int) -> str:
    return f"{n} more clean {'case' if n == 1 else 'cases'}"


def _unscored_text(n_judged: int, missing: int | None, proof: str) -> str:
    if n_judged:
        what = "the only judged case" if n_judged == 1 else f"none of the {n_judged} judged cases"
        return f"{what} could {'not ' if n_judged == 1 else ''}be scored; answers are needed first"
    cases = "1 clean case that passes" if missing == 1 else f"{missing} clean cases that pass"
    return f"no clean case to judge by; {cases} would {proof}"


def _failing_text(missing: int | None, allowed: int | None) -> str:
    if missing is None:
        return "every case must pass"
    if allowed is None:
        return "too few cases to prove a fix yet"
    return "none may" if allowed == 0 else f"at most {allowed} may"
