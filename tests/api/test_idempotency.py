"""Safe repeats: the work is done once, the answer is given again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from tests.api.conftest import Caller, TokenMaker
from tests.api.test_problem_details import assert_problem
from tracker.api.idempotency import forget_old_answers
from tracker.api.models import IdempotentAnswer
from tracker.projects.models import Project, Token, User

SignIn = Callable[[User], Caller]
BODY = {"name": "CI", "scopes": ["read"]}


def test_a_repeat_returns_the_first_answer_and_does_nothing(administrator: Caller) -> None:
    first = administrator.post("tokens/", BODY, Idempotency_Key="one")
    again = administrator.post("tokens/", BODY, Idempotency_Key="one")
    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Token.objects.filter(name="CI").count() == 1


def test_what_is_kept_does_not_hold_the_secret(administrator: Caller) -> None:
    secret = administrator.post("tokens/", BODY, Idempotency_Key="one").json()["secret"]
    kept = IdempotentAnswer.objects.get()
    assert kept.answer is not None
    assert secret.encode() not in bytes(kept.answer)


def test_an_answer_that_can_no_longer_be_read_does_nothing_again(
    administrator: Caller, settings: Settings
) -> None:
    administrator.post("tokens/", BODY, Idempotency_Key="one")
    settings.SECRET_KEY = "another"
    assert_problem(administrator.post("tokens/", BODY, Idempotency_Key="one"), 409)
    assert Token.objects.filter(name="CI").count() == 1


def test_another_body_under_the_key_is_409(administrator: Caller) -> None:
    administrator.post("tokens/", BODY, Idempotency_Key="one")
    assert_problem(administrator.post("tokens/", {**BODY, "name": "Other"}, Idempotency_Key="one"), 409)
    assert not Token.objects.filter(name="Other").exists()


def test_without_a_key_a_repeat_is_a_second_request(administrator: Caller) -> None:
    administrator.post("tokens/", BODY)
    administrator.post("tokens/", BODY)
    assert Token.objects.filter(name="CI").count() == 2


def test_keys_belong_to_the_token_and_the_path(
    administrator: Caller, with_token: TokenMaker, signed_in: SignIn, admin: User, stranger: User
) -> None:
    administrator.post("tokens/", BODY, Idempotency_Key="one")
    with_token("admin").post("tokens/", BODY, Idempotency_Key="one")
    signed_in(admin).post("tokens/", BODY, Idempotency_Key="one")
    assert Token.objects.filter(name="CI").count() == 3
    member = {"user": "stranger", "role": "viewer"}
    assert administrator.post("members/", member, Idempotency_Key="one").status_code == 201


def test_a_refused_request_may_be_corrected_under_its_key(administrator: Caller) -> None:
    assert administrator.post("tokens/", {**BODY, "name": ""}, Idempotency_Key="one").status_code == 400
    assert administrator.post("tokens/", BODY, Idempotency_Key="one").status_code == 201


def test_a_key_is_forgotten_after_24_hours(administrator: Caller) -> None:
    administrator.post("tokens/", BODY, Idempotency_Key="one")
    IdempotentAnswer.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert administrator.post("tokens/", {**BODY, "name": "Other"}, Idempotency_Key="one").status_code == 201


def test_old_answers_are_deleted(administrator: Caller) -> None:
    administrator.post("tokens/", BODY, Idempotency_Key="one")
    administrator.post("tokens/", BODY, Idempotency_Key="two")
    IdempotentAnswer.objects.filter(pk=IdempotentAnswer.objects.earliest("pk").pk).update(
        created_at=timezone.now() - timedelta(hours=25)
    )
    assert forget_old_answers(timezone.now()) == 1
    assert IdempotentAnswer.objects.count() == 1
    IdempotentAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    administrator.post("tokens/", BODY, Idempotency_Key="three")
    assert IdempotentAnswer.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_key_that_cannot_be_kept_is_400(administrator: Caller, key: str) -> None:
    assert_problem(administrator.post("tokens/", BODY, Idempotency_Key=key), 400)


def test_a_request_under_way_makes_its_repeat_wait(administrator: Caller) -> None:
    administrator.post("tokens/", BODY, Idempotency_Key="one")
    IdempotentAnswer.objects.update(status=None, answer=None)
    answer = administrator.post("tokens/", BODY, Idempotency_Key="one")
    assert_problem(answer, 409)
    assert int(answer.headers["Retry-After"]) > 0


def test_a_request_that_was_killed_is_taken_over(administrator: Caller) -> None:
    administrator.post("tokens/", BODY, Idempotency_Key="one")
    IdempotentAnswer.objects.update(
        status=None, answer=None, created_at=timezone.now() - timedelta(minutes=16)
    )
    assert administrator.post("tokens/", BODY, Idempotency_Key="one").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_does_the_work(project: Project, administrator: Caller) -> None:
    answers: list[Any] = []
    together = threading.Barrier(2)

    def send() -> None:
        together.wait()
        try:
            answers.append(administrator.post("tokens/", BODY, Idempotency_Key="one"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # The second waits for the first and gets its answer, or is told to come back.
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert 201 in {answer.status_code for answer in answers}
    assert Token.objects.filter(name="CI").count() == 1
