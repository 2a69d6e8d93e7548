from tracker.board.sparkline import HEIGHT, MARGIN, WIDTH, Mark, sparkline


def test_an_unknown_error_leaves_a_gap_and_is_not_zero() -> None:
    spark = sparkline(
        [Mark(1.0, "failing"), Mark(0.5, "failing"), Mark(None, None), Mark(0.0, "fixed", active=True)]
    )
    # 96 wide with 5 on both sides: a step of 86 / 3 = 28.67; 28 high: 1 lies at 5, 0.5 at 14, 0 at 23
    assert [(dot.x, dot.y) for dot in spark.dots] == [(5, 5), (33.67, 14), (91, 23)]
    assert spark.lines == ("5,5 33.67,14",)
    assert spark.criterion is None


def test_the_symbol_of_the_active_model_is_centred() -> None:
    (dot,) = sparkline([Mark(0.0, "fixed", active=True)], max_error=0.1).dots
    assert (dot.left + dot.size / 2, dot.top + dot.size / 2) == (dot.x, dot.y) == (MARGIN, HEIGHT - MARGIN)


def test_nothing_known_draws_nothing() -> None:
    spark = sparkline([Mark(None, None)], max_error=1.0)
    assert (spark.dots, spark.lines, spark.criterion) == ((), (), MARGIN)
    assert spark.width == WIDTH


def test_small_errors_are_drawn_larger_so_that_they_can_be_told_apart() -> None:
    # all within 25 %: 0.25 lies at the top, 0.1 at 23 - 0.4 x 18 = 15.8
    spark = sparkline([Mark(0.25, "failing"), Mark(0.0, "fixed")], max_error=0.1)
    assert [dot.y for dot in spark.dots] == [5, 23]
    assert spark.criterion == 15.8
    # one of 30 %: the top stands for 50 %
    assert sparkline([Mark(0.25, "failing"), Mark(0.30, "failing")]).dots[0].y == 14
