from collections import Counter

from benchmarks.corpus import LABELS, texts


def test_the_same_seed_gives_the_same_texts_and_another_seed_others() -> None:
    first = list(texts(300, seed=1))
    assert list(texts(300, seed=1)) == first
    assert not {text.words for text in first} & {text.words for text in texts(300, seed=2)}


def test_no_two_texts_are_alike_and_all_labels_are_there() -> None:
    written = list(texts(5_000, seed=1))
    assert len({text.words for text in written}) == 5_000
    assert {text.label for text in written} == set(LABELS)


def test_texts_have_about_twenty_words_some_in_most_and_most_in_few() -> None:
    written = [text.words.split() for text in texts(2_000, seed=1)]
    assert 19 < sum(map(len, written)) / len(written) < 21
    in_texts = Counter(word for words in written for word in set(words))
    (_word, most), *_others = in_texts.most_common()
    assert most > 0.5 * len(written)
    assert sum(count == 1 for count in in_texts.values()) > 0.4 * len(in_texts)
