"""One cell of the matrix: what a model said of a case, and how that was scored."""

from __future__ import annotations

import re
from typing import Any

from tests.board.conftest import TEXTS, Scene
from tests.board.visitors import Visitor, words
from tests.factories import equals, evaluate, make_outputs, make_patterns, make_problem
from tracker.candidates.models import CandidateModel, Output
from tracker.candidates.output_import import import_outputs
from tracker.candidates.trained_on import add_trained_on
from tracker.problems.models import Pattern
from tracker.problems.revisions import retire_pattern
from tracker.projects.rights import SYSTEM
from tracker.triage.case_scores import case_score


def case_of(scene: Scene, text: str) -> int:
    return Pattern.objects.get(problem=scene.problem, example__content=f'"{text}"').case_id


def say(model: CandidateModel, *lines: dict[str, Any]) -> None:
    assert import_outputs(SYSTEM, model, enumerate(lines, start=1)).rejected == []


def test_input_expectation_output_and_what_it_comes_to(scene: Scene, as_viewer: Visitor) -> None:
    text = words(as_viewer.get("cell", 1, case_of(scene, TEXTS[0]), "v1"))
    assert "A case under v1" in text
    assert "Input not bad at all 0 Expected should be “positive” v1 said negative Comes to fails" in text
    assert "v1: fails v2: passes, other than before" in text
    assert "v1 has not said what it was trained on." in text


def test_scores_are_a_table_with_bars_the_highest_first(scene: Scene, as_viewer: Visitor) -> None:
    make_patterns(scene.problem, [equals("so so")])
    say(scene.v1, {"input": "so so", "scores": {"negative": 0.2, "neutral": 0.7, "positive": 0.1}})
    page = as_viewer.get("cell", 1, case_of(scene, "so so"), "v1")
    text = words(page)
    assert "v1 said neutral" in text
    assert "neutral said 0.7 negative 0.2 positive in the expectation 0.1" in text
    meters = re.findall(r"<meter([^>]*)>", page.content.decode())
    assert [meter.split() for meter in meters] == [
        ['min="0.0"', 'max="1.0"', f'value="{score}"'] for score in (0.7, 0.2, 0.1)
    ]
    assert "style=" not in page.content.decode()


def test_a_base_stands_beside_with_its_output_and_scores(scene: Scene, as_viewer: Visitor) -> None:
    line = {"input": "Maria was kind", "base": "John was kind", "expectation": {"type": "invariant"}}
    make_patterns(scene.problem, [line])
    say(
        scene.v1,
        {"input": "Maria was kind", "scores": {"negative": 0.6, "positive": 0.4}},
        {"input": "John was kind", "scores": {"negative": 0.1, "positive": 0.9}},
    )
    page = as_viewer.get("cell", 1, case_of(scene, "Maria was kind"), "v1")
    text = words(page)
    assert '<mark title="not in the base">Maria</mark>' in page.content.decode()
    assert "v1 said negative Of the base it said positive Comes to fails" in text
    assert "negative said 0.6 0.1 positive 0.4 0.9" in text


def test_an_error_is_shown_and_is_no_wrong_answer(scene: Scene, as_viewer: Visitor) -> None:
    make_patterns(scene.problem, [equals("broken")])
    pattern = Pattern.objects.get(problem=scene.problem, example__content='"broken"')
    Output.objects.create(
        project=scene.project, model=scene.v1, example=pattern.example, error="<503> try later", tries=2
    )
    page = as_viewer.get("cell", 1, pattern.case_id, "v1")
    assert "An error came instead of an output, in 2 tries: <503> try later Comes to unscored" in words(page)
    assert "&lt;503&gt;" in page.content.decode()


def test_what_was_not_asked_yet_says_so(scene: Scene, as_viewer: Visitor) -> None:
    make_patterns(scene.problem, [equals("new")])
    text = words(as_viewer.get("cell", 1, case_of(scene, "new"), "v1"))
    assert "It has not been asked yet" in text
    assert "Comes to not evaluated" in text
    assert "v1 is not evaluated on this revision, so no verdict rests on the case." in text


def test_every_pattern_of_the_case_is_there_and_one_failure_fails_it(
    scene: Scene, as_viewer: Visitor
) -> None:
    make_patterns(scene.problem, [equals("good", case="pair"), equals("bad", case="pair")])
    make_outputs(scene.v1, {"good": "positive", "bad": "negative"})
    evaluate(scene.project)
    text = words(as_viewer.get("cell", 1, case_of(scene, "good"), "v1"))
    assert "fails case pair" in text
    assert "Test pattern 1 of 2 Input good" in text
    assert "Test pattern 2 of 2 Input bad" in text


def test_an_error_between_nothing_and_all_is_told(scene: Scene, as_viewer: Visitor) -> None:
    expectation = {"type": "close_to", "value": 10, "abs_tol": 1, "scale": 8}
    make_patterns(scene.problem, [{"input": "a number", "expectation": expectation}])
    say(scene.v1, {"input": "a number", "value": 12})
    text = words(as_viewer.get("cell", 1, case_of(scene, "a number"), "v1"))
    assert "v1 said 12 Comes to fails with an error of 0.25 of 1" in text  # distance 2 of 8


def test_why_a_case_is_not_judged(scene: Scene, as_viewer: Visitor) -> None:
    make_patterns(scene.problem, [equals("seen to fail", source={"selected_on": "v1"})])
    make_outputs(scene.v1, {"seen to fail": "negative"})
    make_outputs(scene.v2, {"seen to fail": "positive"})
    add_trained_on(SYSTEM, scene.v2, [(1, {"input": TEXTS[0]})])
    evaluate(scene.project)
    filed = case_of(scene, "seen to fail")
    assert "the case was filed because v1 failed it" in words(as_viewer.get("cell", 1, filed, "v1"))
    # 24 cases were not chosen by a failure, 22 are enough: the others are judged for nobody
    assert "has enough cases that were not chosen so" in words(as_viewer.get("cell", 1, filed, "v2"))
    trained = words(as_viewer.get("cell", 1, case_of(scene, TEXTS[0]), "v2"))
    assert "Not judged for v2: it says that it was trained on this input." in trained
    other = words(as_viewer.get("cell", 1, case_of(scene, TEXTS[1]), "v2"))
    assert "Judged: its verdict rests on this case too." in other


def test_an_output_that_changed_since_the_result_is_told(scene: Scene, as_viewer: Visitor) -> None:
    case = case_of(scene, TEXTS[0])
    Output.objects.filter(model=scene.v1, example__content=f'"{TEXTS[0]}"').update(label="positive")
    text = words(as_viewer.get("cell", 1, case, "v1"))
    assert "The result on record says “fails”." in text
    assert "comes to “passes”: its output has changed since" in text


def test_the_engine_says_the_same_as_the_result(scene: Scene) -> None:
    for model, outcome in ((scene.v1, "fail"), (scene.v2, "pass")):
        for case in scene.problem.cases.all()[:3]:
            score = case_score(scene.problem, case.pk, 1, model)
            assert score is not None
            assert score.outcome == outcome


def test_patterns_are_those_of_the_revision(scene: Scene, as_viewer: Visitor) -> None:
    case = case_of(scene, TEXTS[0])
    retire_pattern(SYSTEM, Pattern.objects.get(case=case))
    assert as_viewer.get("cell", 1, case, "v1").status_code == 404
    then = as_viewer.get("cell", 1, case, "v1", revision=1)
    assert "You are looking at revision 1 of 2" in words(then)
    assert "v1 said negative" in words(then)


def test_for_htmx_it_is_a_dialog(scene: Scene, as_viewer: Visitor) -> None:
    case = case_of(scene, TEXTS[0])
    answer = as_viewer.get("cell", 1, case, "v1", htmx={"HX-Target": "dialog"}).content.decode()
    assert "dialog-head" in answer
    assert "<html" not in answer
    assert f'hx-get="{as_viewer.url("cell", 1, case, "v2")}"' in answer


def test_only_cases_of_the_problem_and_models_of_the_project(
    scene: Scene, as_viewer: Visitor, as_stranger: Visitor
) -> None:
    case = case_of(scene, TEXTS[0])
    other = make_problem(scene.project)
    assert as_viewer.get("cell", other.number, case, "v1").status_code == 404
    assert as_viewer.get("cell", 1, case, "v9").status_code == 404
    assert as_viewer.get("cell", 1, 10**30, "v1").status_code == 404
    assert as_stranger.get("cell", 1, case, "v1").status_code == 404


def test_the_number_of_queries_does_not_grow(scene: Scene, as_viewer: Visitor) -> None:
    few = as_viewer.queries("cell", 1, case_of(scene, TEXTS[0]), "v1")
    lines = [equals(f"many {number}", case="many") for number in range(12)]
    make_patterns(scene.problem, lines)
    make_outputs(scene.v1, {line["input"]: "negative" for line in lines})
    evaluate(scene.project)
    assert as_viewer.queries("cell", 1, case_of(scene, "many 0"), "v1") <= few
    assert few <= 15
