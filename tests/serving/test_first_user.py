import io
import re

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from tracker.projects.models import User

pytestmark = pytest.mark.django_db


def first_user() -> str:
    output = io.StringIO()
    call_command("first_user", stdout=output)
    return output.getvalue()


def test_without_a_terminal_it_makes_admin_with_a_random_password_that_works() -> None:
    said = re.search(r"name (\S+), password (\S+)", first_user())
    assert said is not None
    user = authenticate(username=said[1], password=said[2])
    assert user is not None
    assert said[1] == "admin"
    assert User.objects.get().is_superuser


def test_it_does_nothing_where_there_is_a_user() -> None:
    User.objects.create_user(username="ada")
    assert first_user() == ""
    assert User.objects.count() == 1


def test_two_installations_get_different_passwords() -> None:
    one = first_user()
    User.objects.all().delete()
    assert first_user() != one
