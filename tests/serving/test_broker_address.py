from pathlib import Path
from urllib.parse import unquote

import pytest

from tracker.serving.broker_address import broker_url, private_folder, socket_path


def test_a_short_folder_holds_its_own_socket() -> None:
    assert socket_path(Path("/srv/tracker/broker")) == Path("/srv/tracker/broker/broker.sock")


def test_the_longest_path_that_fits_is_used_and_one_more_byte_is_not() -> None:
    # "/broker.sock" has 12 bytes, so 88 are left for the folder.
    fits = Path("/" + "a" * 87)
    too_long = Path("/" + "a" * 88)
    assert socket_path(fits).parent == fits
    assert socket_path(too_long).parent != too_long


def test_bytes_are_counted_not_letters() -> None:
    # Each of these letters has two bytes in UTF-8: 60 letters are 120 bytes.
    folder = Path("/" + "é" * 60)
    assert len(str(socket_path(folder)).encode()) <= 100


def test_two_long_folders_get_two_sockets_and_each_always_the_same() -> None:
    one, other = Path("/" + "a" * 200), Path("/" + "b" * 200)
    assert socket_path(one) != socket_path(other)
    assert socket_path(one) == socket_path(Path("/" + "a" * 200))


def test_the_address_keeps_spaces_and_signs() -> None:
    folder = Path("/srv/my data #1/what?/50%")
    url = broker_url(folder)
    assert not set(" #?") & set(url)
    assert unquote(url.removeprefix("redis+socket://")) == str(folder / "broker.sock")


def test_a_private_folder_is_closed_to_others_even_if_it_was_open(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "folder"
    folder.mkdir(parents=True, mode=0o777)
    private_folder(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_link_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "folder").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="another user"):
        private_folder(tmp_path / "folder")
