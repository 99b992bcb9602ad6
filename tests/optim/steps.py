"""steps.py: print steps.h, what SGD, RMSprop and Adam of Keras 3 make of some gradients.

Keras's definitions (keras.io/api/optimizers), but not as it or hourglass computes them: a moving
average is written out as the weighted sum over all gradients so far that it is, in decimals of
40 digits.  With g_1 .. g_t the gradients and r_1 .. r_t the learning rates:

  SGD      w_t = w_0 - sum over s of r_s g_s sum over u = s .. t of momentum^(u - s)
  RMSprop  v_t = sum over s of 0.1 * 0.9^(t - s) g_s^2;  d_t = r_t g_t / sqrt(v_t + 1e-7)
           w_t = w_0 - sum over s of d_s sum over u = s .. t of momentum^(u - s)
  Adam     m_t = sum over s of 0.1 * 0.9^(t - s) g_s;  v_t = sum over s of 0.001 * 0.999^(t - s) g_s^2
           w_t = w_(t-1) - r_t m_t sqrt(1 - 0.999^t) / ((1 - 0.9^t) (sqrt(v_t) + 1e-7))

Every gradient and rate differs from the one before, one weight has gradients as small as
epsilon, one has none but at first.  All inputs are exact in float.  PyTorch agrees to the last
digit of a double where it computes the same: SGD without momentum, Adam with its epsilon divided
by sqrt(1 - 0.999^t).
"""
from decimal import Decimal as D, getcontext

getcontext().prec = 40
STEPS = 5
START = [D("0.5"), D("-1"), D("0.25"), D("-0.125"), D("2"), D("0"), D("0.75")]
RATES = [D(1) / 64, D(1) / 32, D(1) / 128, D(3) / 128, D(1) / 64]
SCALE = D("0.5")  # what the summed gradients are multiplied by


def summed_gradient(t, i):
    """The gradient of weight i at step t = 1 .. STEPS, before SCALE."""
    if i == 3:
        return D(1) / 4 if t == 1 else D(0)
    plain = D((7 * t + 5 * i * t + 3 * i) % 17 - 8) / 8
    return plain / 2**22 if i == 5 else plain


def gradients(t, i):
    """Those of steps 1 .. t as the optimiser sees them."""
    return [SCALE * summed_gradient(s, i) for s in range(1, t + 1)]


def average(values, decay):
    t = len(values)
    return sum((1 - decay) * decay ** (t - s) * x for s, x in enumerate(values, 1))


def with_momentum(moves, momentum):
    """Where so many moves lead when each goes on by itself, shrinking by momentum a step."""
    t = len(moves)
    shrunk = [D(1)]  # momentum^0, ^1, ...; decimals do not know 0^0
    while len(shrunk) < t:
        shrunk.append(shrunk[-1] * momentum)
    return sum(x * sum(shrunk[: t - s + 1]) for s, x in enumerate(moves, 1))


def sgd(t, i, momentum):
    return START[i] - with_momentum([r * g for r, g in zip(RATES, gradients(t, i))], momentum)


def rmsprop(t, i, momentum):
    moves = []
    for s in range(1, t + 1):
        g = gradients(s, i)
        v = average([x * x for x in g], D("0.9"))
        moves.append(RATES[s - 1] * g[-1] / (v + D("1e-7")).sqrt())
    return START[i] - with_momentum(moves, momentum)


def adam(t, i):
    w = START[i]
    for s in range(1, t + 1):
        g = gradients(s, i)
        m, v = average(g, D("0.9")), average([x * x for x in g], D("0.999"))
        unbiased = (1 - D("0.999") ** s).sqrt() / (1 - D("0.9") ** s)
        w -= RATES[s - 1] * unbiased * m / (v.sqrt() + D("1e-7"))
    return w


def table(name, row):
    print("\nstatic const double %s[STEPS][WEIGHTS] = {" % name)
    for t in range(1, STEPS + 1):
        print("    {%s}," % ", ".join("%.15g" % row(t, i) for i in range(len(START))))
    print("};")


print("/* steps.h - made by steps.py, which says what it is. */")
print("/* clang-format off */")
print("#ifndef TESTS_OPTIM_STEPS_H\n#define TESTS_OPTIM_STEPS_H\n")
print("enum { STEPS = %d, WEIGHTS = %d };\n" % (STEPS, len(START)))
print("static const double scale = %s;" % SCALE)
print("static const double rates[STEPS] = {%s};" % ", ".join("%.15g" % r for r in RATES))
print("static const double start[WEIGHTS] = {%s};" % ", ".join("%.15g" % w for w in START))
table("gradients", summed_gradient)
table("sgd", lambda t, i: sgd(t, i, D(0)))
table("sgd_momentum", lambda t, i: sgd(t, i, D("0.75")))
table("rmsprop", lambda t, i: rmsprop(t, i, D(0)))
table("rmsprop_momentum", lambda t, i: rmsprop(t, i, D("0.75")))
table("adam", adam)
print("\n#endif")
