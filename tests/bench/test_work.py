"""Work counted by hand, and differences that must be seen; test_work.py FOLDER_OF_JOBS."""
import sys
import types

import contenders
import peers
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
    for mine, old, new, two in (10, 4, 3, 900), (90, 3, 3, 900), (11, 5, 3.5, 900):
        results.add("vanilla", report.ONE, "rate", mine)
        results.add("vanilla", "PyTorch 1", "rate", old)
        results.add("vanilla", "PyTorch 2", "rate", new)
        results.add("vanilla", "PyTorch 2 DDP of 2", "rate", two)
    for torch in results.torches("vanilla"):
        results.forms["vanilla", torch] = "kernels of " + torch
    results.add("vanilla", "limits A", "product nn 1x1x1", 220)
    results.add("vanilla", "limits B", "product nn 2x2x2", 200)
    results.add("vanilla", "limits B", "copy", 1e9)
    least, limit = report.GOALS[0], report.GOALS[1]
    assert results.ratio(least) == 11 / 4  # the faster of the two on one core
    row = report.goal_row(results, least, 11 / 4)
    assert "1 rank / PyTorch 1" in row and "reached" in row
    assert results.ratio(limit) == 0.5 and "not reached" in report.goal_row(results, limit, 0.5)
    assert results.ratio(report.GOALS[2]) is None  # nobody has measured two ranks
    text = report.text(results)
    assert "| 11 " in text and "10 - 90" in text
    found = [line for line in text.split("\n") if "kernels of PyTorch" in line]
    assert len(found) == 3 and [("the fastest" in line) for line in found] == [True, False, True]


def a_blas_keeps_its_own_kernels_unless_others_are_faster():
    assert peers.best({"": 1.04, "A": 1, "B": 2}) == ""
    assert peers.best({"": 1.2, "A": 1, "B": 2}) == "A"
    assert peers.best({"A": 1, "B": 0.5}) == "B"  # its own were wrong


def no_kernels_are_taken_from_who_starts_it():
    contenders.ENVIRONMENT[peers.VARIABLE] = "theirs"
    assert peers.VARIABLE not in peers.environment(peers.OWN)
    assert peers.environment("A")[peers.VARIABLE] == "A"


for test in (work_is_counted, products_of_a_step_are_those_of_the_layers, other_work_is_seen,
             ratios_are_of_medians_and_know_their_goals,
             a_blas_keeps_its_own_kernels_unless_others_are_faster,
             no_kernels_are_taken_from_who_starts_it):
    test()
    print("ok", test.__name__)
