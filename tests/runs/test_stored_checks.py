"""Checks that were stored under earlier rules: a page shows no word that its own figures deny."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from evaluation.drift import Repeats
from tests.factories import make_model
from tracker.projects.models import Project
from tracker.runs.models import Run
from tracker.runs.stability_models import StabilityCheck

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("stored", "counted", "now"),
    [
        # One repeat of one of ten: a coin keeps to it in one of two.
        ("changed", Repeats(n_asked=10, n_changed=1, n_nearer_new=1, n_kept=1), "unsettled"),
        # One of three went back.
        ("changed", Repeats(n_asked=10, n_changed=3, n_nearer_new=2, n_nearer_former=1, n_kept=2), "flaky"),
        ("changed", Repeats(n_asked=10, n_changed=10, n_nearer_new=10, n_kept=10), "changed"),
        ("steady", Repeats(n_asked=30_000, n_sampled=30, n_missing=570), "unknown"),
        ("steady", Repeats(n_asked=30_000, n_sampled=570, n_missing=30), "steady"),
        ("steady", Repeats(n_asked=10), "steady"),
    ],
)
def test_a_stored_check_is_judged_by_the_rule_of_today(
    project: Project, stored: str, counted: Repeats, now: str
) -> None:
    model = make_model(project)
    check = StabilityCheck.objects.create(
        project=project,
        model=model,
        run=Run.objects.create(project=project, model=model, status="finished"),
        seed=1,
        stability=stored,
        p_value=counted.p_value,
        n_asked=counted.n_asked,
        n_changed=counted.n_changed,
        n_nearer_new=counted.n_nearer_new,
        n_nearer_former=counted.n_nearer_former,
        n_kept=counted.n_kept,
        n_sampled=counted.n_sampled,
        n_differing=counted.n_differing,
        n_missing=counted.n_missing,
    )
    migration = import_module("tracker.runs.migrations.0008_judge_stored_checks_by_todays_rule")
    migration.judge_anew(apps, connection.schema_editor())
    check.refresh_from_db()
    assert check.stability == now
    assert check.repeats.stability == now, "what its figures say"
