"""Reading a skops file without running code from it. For the child process only: it imports scikit-learn."""

from __future__ import annotations

from typing import Any

import sklearn
import skops.io

from evaluation.adapters.skops_trees import UnsafeTree, check_trees
from evaluation.adapters.uploaded_child import FileRefused

# What skops does not trust by itself and we do. skops can tell a type, not what is in it, so each entry says
# why no content of it can do harm. Nothing else is ever trusted.
TRUSTED = frozenset(
    {
        # Trees of C structures, walked without bounds checks: `check_trees` checks every index before use.
        "sklearn.tree._tree.Tree",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        # Plain Python with numbers, used while training only.
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
        # Plain Python: a wrapped classifier, itself audited, and two numbers.
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        # A dict whose keys are attributes too; voting and stacking keep their parts in it.
        "sklearn.utils._bunch.Bunch",
        # Functions of two arrays, called while training only.
        "sklearn.feature_selection._univariate_selection.chi2",
        "sklearn.feature_selection._univariate_selection.f_classif",
        "sklearn.feature_selection._univariate_selection.f_regression",
    }
)


def read_model(content: bytes) -> Any:
    """The model in a skops file. Raises FileRefused, or MemoryError."""
    try:
        untrusted = set(skops.io.get_untrusted_types(data=content)) - TRUSTED
        if untrusted:
            raise FileRefused(_untrusted(untrusted))
        model = skops.io.loads(content, trusted=sorted(TRUSTED))
        check_trees(model)
    except (FileRefused, MemoryError):
        raise
    except UnsafeTree as error:
        raise FileRefused(f"A tree in the file is damaged: {error}.") from None
    except Exception as error:  # a hostile or newer file can fail in any way
        reason = f"{type(error).__name__}: {error}"
        raise FileRefused(
            f"The file cannot be loaded with scikit-learn {sklearn.__version__}: {reason}"
        ) from None
    if not callable(getattr(model, "predict", None)):
        raise FileRefused(f"The file holds a {type(model).__name__}, which cannot predict.")
    return model


def _untrusted(types: set[str]) -> str:
    text = f"The file holds types that are not trusted, and is not loaded: {', '.join(sorted(types))}."
    if any(name.startswith("sklearn.neighbors.") for name in types):
        text += ' A nearest-neighbour model fitted with algorithm="brute" needs none of them.'
    return text
