"""Work counted by hand, and differences that must be seen; test_work.py FOLDER_OF_JOBS."""
import sys
import types

import report
import work

jobs = sys.argv[1]


def runner(parameters, losses):
    return types.SimpleNamespace(name="run", parameters=parameters, losses=losses)


def work_is_counted():
    weights = [784 * 128, 128 * 64, 64 * 32, 32 * 64, 64 * 128, 128 * 784]
    vanilla = work.Job(jobs + "/vanilla.ini")
    assert work.flops(vanilla) == 2 * (3 * sum(weights) - weights[0])
    first, last = 28 * 28 * 16 * 9, 28 * 28 * 16 * 9
    middle = [14 * 14 * 8 * 16 * 9, 7 * 7 * 8 * 8 * 9, 4 * 4 * 8 * 8 * 9, 8 * 8 * 8 * 8 * 9,
              14 * 14 * 16 * 8 * 9]
    conv = work.Job(jobs + "/conv.ini")
    assert work.flops(conv) == 2 * (2 * first + 3 * sum(middle) + 3 * last)


def products_of_a_step_are_those_of_the_layers():
    shapes = work.product_shapes(work.Job(jobs + "/vanilla.ini"), 256, 8)
    for shape in "nn:256x128x784", "nn:32x128x784", "tn:784x128x256", "nt:32x128x784":
        assert shape in shapes, shape
    assert "nt:256x784x128" not in shapes  # the first layer's dx, which nobody wants


def other_work_is_seen():
    from bench import differences
    assert differences(runner(5, [1, 2]), runner(5, [1, 2, 3]), 0) is None
    assert differences(runner(5, [1, 2]), runner(6, [1, 2]), 0.2)
    assert differences(runner(5, [1, 2]), runner(5, [1, 2.6]), 0.2)
    assert differences(runner(5, [1, 2]), runner(5, [1, 2.000001]), 0)


def ratios_are_of_medians_and_know_their_goals():
    case = types.SimpleNamespace(name="vanilla", batch=256, flops=10)
    results = report.Results({"vanilla": case})
    for mine, theirs in (10, 4), (90, 3), (11, 5):
        results.add("vanilla", report.ONE, "rate", mine)
        results.add("vanilla", report.TORCH, "rate", theirs)
    results.add("vanilla", "limits A", "product nn 1x1x1", 220)
    results.add("vanilla", "limits B", "product nn 2x2x2", 200)
    results.add("vanilla", "limits B", "copy", 1e9)
    least, limit = report.GOALS[0], report.GOALS[1]
    assert results.ratio(least) == 11 / 4 and "reached" in report.goal_row(least, 11 / 4)
    assert results.ratio(limit) == 0.5 and "not reached" in report.goal_row(limit, 0.5)
    assert results.ratio(report.GOALS[2]) is None  # nobody has measured it
    assert "| 11 " in report.text(results) and "10 - 90" in report.text(results)


for test in (work_is_counted, products_of_a_step_are_those_of_the_layers, other_work_is_seen,
             ratios_are_of_medians_and_know_their_goals):
    test()
    print("ok", test.__name__)
