"""`python -m benchmarks.others.mlflow_store FOLDER`: MLflow's tracking store, made and empty."""

from __future__ import annotations

import os
import sys

import mlflow

os.chdir(sys.argv[1])
mlflow.search_experiments()
