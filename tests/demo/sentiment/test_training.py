from __future__ import annotations

from collections import Counter

from tracker.demo.sentiment import words
from tracker.demo.sentiment.moods import LABELS
from tracker.demo.sentiment.training import BALANCED, FIRST_POSTS, WITH_DENIALS_AND_TYPOS
from tracker.demo.sentiment.written_posts import WRITTEN

GROUPS = (*words.SKIN_COLOURS, *words.ORIENTATIONS, *words.DISABILITIES, *words.RELIGIONS)


def test_every_set_holds_the_posts_written_by_hand() -> None:
    written = {(text, label) for label, texts in WRITTEN.items() for text in texts}
    for training_set in (FIRST_POSTS, WITH_DENIALS_AND_TYPOS, BALANCED):
        rows = training_set.rows()
        assert written <= set(zip(rows.texts, rows.labels, strict=True))
        assert set(rows.labels) == set(LABELS)
        assert len(set(rows.texts)) == len(rows.texts)


def test_the_balanced_set_says_the_same_of_every_group() -> None:
    rows, before = BALANCED.rows(), WITH_DENIALS_AND_TYPOS.rows()
    added = set(zip(rows.texts, rows.labels, strict=True)) - set(
        zip(before.texts, before.labels, strict=True)
    )
    told = {
        group: Counter(label for text, label in added if f" {group} " in f" {_plain(text)} ")
        for group in GROUPS
    }
    assert len({tuple(sorted(counts.items())) for counts in told.values()}) == 1
    assert set(told["Muslim"]) == set(LABELS)


def test_the_digest_says_whether_two_sets_are_one() -> None:
    assert BALANCED.rows().digest == BALANCED.rows().digest
    assert BALANCED.rows().digest != WITH_DENIALS_AND_TYPOS.rows().digest


def _plain(text: str) -> str:
    return "".join(letter if letter.isalnum() or letter == "-" else " " for letter in text)
