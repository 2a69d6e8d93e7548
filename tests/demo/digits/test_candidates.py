from __future__ import annotations

import numpy as np
import pytest
import skops.io

from evaluation.canonical import canonical_json
from tracker.demo.digits.candidates import RECIPES, Recipe, train
from tracker.demo.digits.corpus import Corpus
from tracker.demo.digits.problems import PROBLEMS, patterns_of

every_recipe = pytest.mark.parametrize("recipe", RECIPES, ids=[recipe.version for recipe in RECIPES])


def test_there_are_seven_models_or_more_in_the_order_of_their_training() -> None:
    assert len(RECIPES) >= 7
    ages = [recipe.age for recipe in RECIPES]
    assert ages == sorted(ages, reverse=True)
    assert len({recipe.version for recipe in RECIPES}) == len(RECIPES)


@every_recipe
def test_a_recipe_always_gives_the_same_model(recipe: Recipe, corpus: Corpus) -> None:
    images = [scan.image for scan in corpus.patterns]
    first, again = (train(recipe, corpus.training) for _ in range(2))
    assert first.labels_of(images) == again.labels_of(images)
    assert first.rows.digest == again.rows.digest


@every_recipe
def test_its_file_loads_without_trusting_any_type_and_says_the_same(recipe: Recipe, corpus: Corpus) -> None:
    images = [scan.image for scan in corpus.traffic]
    trained = train(recipe, corpus.training)
    file = trained.file()
    assert skops.io.get_untrusted_types(data=file) == []
    loaded = skops.io.loads(file)
    assert loaded.predict(np.reshape(images, (-1, 64))).tolist() == trained.labels_of(images)


@every_recipe
def test_its_lineage_names_what_it_was_made_from(recipe: Recipe, corpus: Corpus) -> None:
    lineage = train(recipe, corpus.training).lineage()
    assert lineage.keys() == {"data", "code", "preprocessing", "parameters", "environment"}
    assert recipe.training_set.name in canonical_json(lineage)


def test_no_model_was_trained_on_a_test_pattern(corpus: Corpus) -> None:
    asked = {
        np.array(line[side]).tobytes()
        for number, problem in enumerate(PROBLEMS)
        for line in patterns_of(problem, corpus.patterns, rng=np.random.default_rng(number))
        for side in ("input", "base")
        if side in line
    }
    assert asked
    for training_set in {recipe.training_set for recipe in RECIPES}:
        learnt = {image.tobytes() for image in training_set.rows(corpus.training).images}
        assert not asked & learnt
