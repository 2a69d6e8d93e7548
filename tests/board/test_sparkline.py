from tracker.board.sparkline import HEIGHT, MARGIN, WIDTH, Mark, sparkline


def test_an_unknown_error_leaves_a_gap_and_is_not_zero() -> None:
    spark = sparkline(
        [Mark(1.0, "failing"), Mark(0.5, "failing"), Mark(None, None), Mark(0.0, "fixed", active=True)]
    )
    # 88 wide with 5 on both sides: a step of 78 / 3 = 26; 22 high: 1 lies at 5, 0.5 at 11, 0 at 17
    assert [(dot.x, dot.y) for dot in spark.dots] == [(5, 5), (31, 11), (83, 17)]
    assert spark.lines == ("5,5 31,11",)
    assert spark.criterion is None


def test_the_symbol_of_the_active_model_is_centred() -> None:
    (dot,) = sparkline([Mark(0.0, "fixed", active=True)], max_error=0.1).dots
    assert (dot.left + dot.size / 2, dot.top + dot.size / 2) == (dot.x, dot.y) == (MARGIN, HEIGHT - MARGIN)


def test_nothing_known_draws_nothing() -> None:
    spark = sparkline([Mark(None, None)], max_error=1.0)
    assert (spark.dots, spark.lines, spark.criterion) == ((), (), MARGIN)
    assert spark.width == WIDTH
