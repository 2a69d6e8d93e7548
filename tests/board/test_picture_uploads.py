"""An uploaded picture becomes an input: its pixels exactly, and nothing else of the file."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.board.images import SVG, colourful, file_of, noisy, pixels_of, png_that_declares, read_uri, uri_of
from tests.board.visitors import Visitor, words
from tests.factories import make_problem, make_project
from tracker.problems.models import Pattern
from tracker.projects.examples import canonical_input, store_examples
from tracker.projects.models import Project
from tracker.triage.models import Report


@pytest.fixture
def project(db: None) -> Project:
    return make_project(slug="shop", input_kind="image", labels=["cat", "dog"])


def send(visitor: Visitor, raw: bytes, name: str = "picture.png", **more: Any) -> Any:
    file = SimpleUploadedFile(name, raw, content_type="image/png")
    return visitor.post("file_report", predicted="cat", expected="dog", input_file=file, **more)


def filed() -> Any:
    return Report.objects.get().example.input


def like(project: Project, *inputs: Any) -> None:
    """Make these inputs of the project, the newest last."""
    for value in inputs:
        store_examples(project, [canonical_input(value)])


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_every_pixel_is_kept(as_reporter: Visitor, kind: str) -> None:
    sent = colourful(9, 7) if kind == "PNG" else noisy(9, 7)
    send(as_reporter, file_of(sent, kind, **({"lossless": True} if kind == "WEBP" else {})))
    kept = read_uri(filed())
    assert kept.format == "PNG"
    assert pixels_of(kept.convert("RGB")) == pixels_of(sent.convert("RGB"))


def test_transparent_parts_stay_transparent(as_reporter: Visitor) -> None:
    sent = colourful().convert("RGBA")
    sent.putpixel((0, 0), (10, 20, 30, 40))
    send(as_reporter, file_of(sent))
    assert pixels_of(read_uri(filed())) == pixels_of(sent)


def test_the_pixels_of_a_jpeg_are_those_that_it_decodes_to(as_reporter: Visitor) -> None:
    raw = file_of(colourful(40, 30), "JPEG")
    send(as_reporter, raw, "photo.jpg")
    assert pixels_of(read_uri(filed())) == pixels_of(Image.open(io.BytesIO(raw)))


def test_what_a_camera_writes_is_not_kept_and_the_photo_stands_upright(as_reporter: Visitor) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010E] = "at home"
    raw = file_of(noisy(40, 30), "JPEG", exif=exif, comment=b"secret comment")
    assert b"at home" in raw
    send(as_reporter, raw, "photo.jpg")
    kept = read_uri(filed())
    assert kept.size == (30, 40)
    assert not kept.getexif()
    assert not kept.info


def test_one_picture_is_one_example_whatever_its_file_says(as_reporter: Visitor) -> None:
    note = PngInfo()
    note.add_text("Author", "ann")
    for raw in (file_of(colourful()), file_of(colourful(), pnginfo=note), file_of(colourful()) + b"PK more"):
        send(as_reporter, raw)
    assert Report.objects.values("example").distinct().count() == 1
    assert Report.objects.count() == 3


def frames() -> bytes:
    return file_of(colourful(), "GIF", save_all=True, append_images=[noisy(3, 2)], duration=100)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (SVG, "This is an SVG drawing, which can carry scripts."),
        (b'<?xml version="1.0"?>' + SVG, "This is an SVG drawing"),
        (b"%PDF-1.7 and more", "This is a PDF."),
        (b"", "The submitted file is empty."),
        (b"nonsense", "This is no PNG, JPEG, GIF or WebP picture, or its file is damaged."),
        (file_of(noisy(8, 8), "BMP"), "This is no PNG, JPEG, GIF or WebP picture"),
        (file_of(noisy(100, 100))[:-4000], "The picture cannot be read to its end"),
        (file_of(noisy(100, 100), "JPEG")[:-4000], "The picture cannot be read to its end"),
        (png_that_declares(50_000, 50_000), "more than 2048 by 2048 pixels"),
        (png_that_declares(4_500, 4_500), "more than 2048 by 2048 pixels"),
        (png_that_declares(2_049, 1), "more than 2048 by 2048 pixels"),
        (frames(), "The picture moves"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * (5 * 1024 * 1024), "The file has 5.0 MB; at most 5 MB are taken."),
    ],
)
def test_what_is_refused_is_told_beside_the_field(as_reporter: Visitor, raw: bytes, reason: str) -> None:
    reason = "The file is empty." if not raw else reason
    answer = send(as_reporter, raw, comment="kept as typed")
    assert answer.status_code == 400
    assert reason in words(answer)
    assert "Choose the file again" in words(answer)
    assert "kept as typed" in words(answer)
    assert not Report.objects.exists()


def test_a_picture_becomes_an_array_where_inputs_are_arrays(project: Project, as_reporter: Visitor) -> None:
    like(project, [[0, 16], [3, 4]], [[0, 0], [1, 1]])
    assert "Exactly 2 by 2 pixels" in words(as_reporter.get("file_report"))
    assert "grey values from 0 to 16" in words(as_reporter.get("file_report"))
    sent = Image.frombytes("L", (2, 2), bytes([0, 255, 128, 64]))
    send(as_reporter, file_of(sent))
    # 128/255 x 16 = 8.03, 64/255 x 16 = 4.02
    assert filed() == [[0, 16], [8, 4]]


@pytest.mark.parametrize(
    ("newest", "mode", "colours", "expected"),
    [
        ([[[0, 0, 255]]], "RGB", (10, 20, 30), [[[10, 20, 30]]]),
        ([[[0]]], "L", 255, [[[1]]]),
        ([[0.25]], "L", 51, [[0.2]]),
        ([[255]], "RGBA", (70, 70, 70, 255), [[70]]),
        ([[-1.0]], "L", 0, [[-1]]),
        ([[[0, 0, 0, 255]]], "RGBA", (1, 2, 3, 4), [[[1, 2, 3, 4]]]),
    ],
)
def test_arrays_of_other_shapes_and_scales(
    project: Project, as_reporter: Visitor, newest: Any, mode: str, colours: Any, expected: Any
) -> None:
    like(project, newest)
    send(as_reporter, file_of(Image.new(mode, (1, 1), colours)))
    assert filed() == expected


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (Image.new("L", (3, 2)), "have 1 by 2 pixels, and this picture has 3 by 2"),
        (Image.new("RGBA", (1, 2), (0, 0, 0, 128)), "The picture has transparent parts"),
    ],
)
def test_a_picture_that_fits_no_array_is_refused(
    project: Project, as_reporter: Visitor, sent: Image.Image, reason: str
) -> None:
    like(project, [[0], [16]])
    assert reason in words(send(as_reporter, file_of(sent)))


def test_a_test_pattern_and_its_base_are_uploaded(project: Project, as_triager: Visitor) -> None:
    make_problem(project)
    assert 'enctype="multipart/form-data"' in as_triager.get("add_patterns", 1).content.decode()
    as_triager.post(
        "add_patterns",
        1,
        type="invariant",
        input_file=SimpleUploadedFile("a.png", file_of(colourful())),
        base_file=SimpleUploadedFile("b.png", file_of(noisy(3, 2))),
    )
    pattern = Pattern.objects.get()
    assert pattern.base is not None
    assert pixels_of(read_uri(str(pattern.example.input))) == pixels_of(colourful())
    assert pixels_of(read_uri(str(pattern.base.input))) == pixels_of(noisy(3, 2))


def test_an_address_is_kept_and_never_fetched(as_reporter: Visitor) -> None:
    # the plug-in tests.plugins.network fails this test if it is
    as_reporter.post("file_report", predicted="cat", input_address=" https://pictures.example.org/a.png ")
    assert filed() == "https://pictures.example.org/a.png"
    page = as_reporter.get("inbox").content.decode()
    assert 'src="https://' not in page
    assert "only from hosts that the operator lists" in page


@pytest.mark.parametrize(
    "address",
    ["http://example.org/a.png", "javascript:alert(1)", "https://ann:pass@example.org/", "https://", "a.png"],
)
def test_another_address_is_refused_and_kept_as_typed(as_reporter: Visitor, address: str) -> None:
    answer = as_reporter.post("file_report", predicted="cat", input_address=address)
    assert answer.status_code == 400
    assert "The address has to begin with https://" in words(answer)
    assert f'value="{address}"' in answer.content.decode()


def test_a_data_uri_and_an_array_can_be_pasted(as_reporter: Visitor) -> None:
    as_reporter.post("file_report", predicted="cat", input=uri_of(colourful()))
    as_reporter.post("file_report", predicted="cat", input="[[0, 1]]")
    assert {str(report.example.input) for report in Report.objects.all()} == {uri_of(colourful()), "[[0, 1]]"}
    answer = as_reporter.post("file_report", predicted="cat", input="data:image/svg+xml;base64,AAAA")
    assert "This is an SVG drawing" in words(answer)


def test_one_way_at_a_time(as_reporter: Visitor) -> None:
    both = send(as_reporter, file_of(colourful()), input_address="https://example.org/a.png")
    assert "Give a file or an address, not both." in words(both)
    assert "not both" in words(send(as_reporter, file_of(colourful()), input="[[0, 1]]"))
    nothing = as_reporter.post("file_report", predicted="cat")
    assert "This field is required." in words(nothing)
