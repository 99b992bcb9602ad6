/* numbers - what every number of a training is, operation by operation.
 *
 * Two machines, compilers or builds that follow this page have the same bits.  A kernel,
 * however it is written, gives what stands here; tests/net/test_numbers.c says it once more as
 * plain loops, compiled without optimisation, and compares bits.
 *
 * ---- operations ----
 * float and double are IEEE 754's, rounded to nearest even, denormals kept.  Each + - * / sqrt
 * is rounded once, from left to right where nothing else is said; fma(a, b, c) is a b + c
 * rounded once.  Nothing is fused that is not written as fma (-ffp-contract=off), and no sum is
 * taken in another order than written.  Letters are float unless "double" stands there; a
 * product of two floats in double is exact.  A maximum or a selection is a comparison written
 * out: x < 0 ? 0 : x keeps NaN and -0.  Of a NaN only that it is one is defined, not its sign
 * and payload.
 * exp, log, log1p, tanh, sigmoid, sin and cos are those of base/fmath.h, power and cosine in
 * double those of base/dmath.h: what stands there is their definition, errors and all.  Nothing
 * of libm is used but what IEEE 754 defines (tests/house/test_libm.sh).
 *
 * ---- products, linalg/matmul.h ----
 * Each value is one chain over ascending k: s = 0, or what c holds where the product is added,
 * then s = fma(a[i, k], b[k, j], s).  Dense layers: y = x w,  dx = dy w^T,  dw = x^T dy of one
 * shard, k being its rows.  Over shards dw is added along the tree below, whoever does it.
 *
 * ---- convolutions, linalg/convolve.h ----
 * Zeros around an image count as values.
 *   places   s = bias, or 0, then s = fma(x, w, s) over the window in (row, column, channel)
 *   image    s = bias, or 0, then s = fma(y, w, s) over the places that see the pixel in (row,
 *            column, channel of y)
 *   kernel   s = what w holds, then s = fma(x, y, s) over (image, row, column of y)
 * Places and image end with s < lowest ? lowest : s.  Where they have one channel, and a row of
 * the window R values with R a multiple of 8, they have eight chains from 0: chain l goes over
 * values l, l + 8, ... of each row.  Then
 *   s = (((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))) + bias
 * R is columns of the window times channels for places.  For the image it is, of a pixel in
 * column v, the columns d of the window with (v + before - d) a multiple of the stride, times
 * channels of y, with the places beyond the edge as zeros.
 *
 * ---- sums over rows and pixels ----
 * layer_bias_gradient  db[j] = 0, then += dy[i, j] over ascending rows i.
 * convolve_bias        of n places, o > 1 channels: four sums from 0, sum k of places k, k + 4,
 *                      k + 8, ... below n / 4 * 4 in that order; the places that are left are
 *                      added to sum 0; then bias += (sum 0 + sum 1) + (sum 2 + sum 3).
 *                      o = 1: the first n / 8 * 8 values as n / 8 places of 8 channels, summed
 *                      likewise; those 8 sums are added to 0 in order, then the values that are
 *                      left; bias += that.  Image by image.
 * upsample             dx = 0, then += dy over the block, row by row.  Fused with the
 *                      convolution behind it (net/fused_upsample.h; a matter of the model):
 *                      each value of the wider kernel is 0, then += the kernel's values in
 *                      ascending (di, dj); its gradient is added to dw in
 *                      ascending place of the wider kernel.
 * maxpool              no sum: the first of the largest, or the first NaN.
 * pixels               scale * (float)byte, or scale * value.
 *
 * ---- activations, net/activation.c ----
 * f(x) with x = y + bias, the bias added first; the gradient is dy * slope(f).
 *   linear      x                                             1; dy stays as it is
 *   relu        x < 0 ? 0 : x                                 f <= 0 ? 0 : 1
 *   leaky-relu  x < 0 ? 0.3 x : x                             f < 0 ? 0.3 : 1: at 0 it is 1
 *   selu        s (x < 0 ? a (exp(x) - 1) : x)                f < 0 ? f + s a : s
 *   tanh        tanh(x)                                       fma(-f, f, 1)
 *   sigmoid     sigmoid(x)                                    f (1 - f)
 * s = 1.0507009873554805f, a = 1.6732632423543772f, their product rounded.  A NaN passes; slope
 * of NaN: relu and leaky-relu 1, selu s, the others NaN.  The relu of a convolution is taken
 * after its sum and bias; where a max-pooling follows, the slope is taken of the pooled value.
 *
 * ---- batch norm, net/batchnorm.c ----
 * Of a shard, channel by channel, in double: sums of x and of x * x, from 0, over ascending
 * (row, place), in blocks of max(64, 32768 / channels) places: each block is summed from 0 and
 * then added.  The shards' sums are added along the tree below; with scope=shard that is only
 * for what is remembered.  n = values a channel.
 *   mean = sum / n,  variance = squares / n - mean * mean, 0 where that is below 0     (double)
 *   m = (float)mean,  r = (float)(1 / sqrt(variance + 1e-3)),  u = (x - m) r
 *   y = f(fma(gamma, u, beta))
 * Backward, dy *= slope first: double sums of dy and of (double)dy * u over the same blocks and
 * shards; a shard's own, rounded to float, are dbeta and dgamma.  With all shards' sums / n
 * rounded to float, a and b:
 *   dx = (gamma r) fma(-u, b, dy - a)
 * Remembered, double, then rounded: 0.99 old + (1 - 0.99) new, each product rounded, for mean
 * and variance; in evaluation they take the place of the batch's.
 *
 * ---- losses, net/loss.c ----
 * Of a row of n pixels x and outputs y, 16 sums in float, pixel j adding to sum j % 16:
 *   squares (all losses)       fma(d, d, sum), d = y - x; for bce d = p - x
 *   mse, squared-error         the same as loss; dy = 2 s d, from the left
 *   bce, bce-sum               e = exp(-|y|),  p = (y < 0 ? e : 1) / (1 + e),  dy = s d
 *     sum += fma(-x, y, y < 0 ? 0 : y), and product = fma(product, 1 + e, e) from 0; after each
 *     1024 pixels and at the end of a row sum += log1p(product), which goes back to 0
 * s = 1 / n rounded for bce and mse, else 1.  Then in double: the 16 sums from 0 in order,
 * times (1 / n in double, or 1), added over ascending rows from 0.  l1: |code| added in double,
 * in order; dcode += l1, -l1, or 0 at 0 and NaN.  KL: in double 0.5 (((m m + exp(v)) - 1) - v),
 * exp in float, likewise.  Batches of a shard are added in order, shards along the tree
 * below; the mean that is shown is ((reconstruction + beta kl) + l1 |code|) / rows.
 *
 * ---- random numbers, base/random.c ----
 * Word k of a sequence is word k % 4 of Philox4x32-10 with key (seed, purpose) and counter
 * (k / 4, row, epoch, layer).
 *   uniform  i: (word i >> 8) 2^-24
 *   normal   in blocks of 256 words, i < 128, a = word i, b = word 128 + i of the block:
 *            r = sqrt(-2 log(((a >> 8) + 1) 2^-24)),  v = ((signed)b >> 8) 2^-24
 *            number i is r cos(2 pi v), number 128 + i is r sin(2 pi v)
 *   whole number below n: (64 bits * n) >> 64 with bits = word 4i + 1, word 4i
 *
 * ---- what draws ----
 * noise     fma(sd, normal, x)
 * dropout   x * (uniform < rate ? 0 : 1 / (1 - rate)), both in float; likewise back
 * sampling  m, v as dense layers; z = fma(exp(0.5 v), normal, m).  Backward:
 *           dv = 0.5 fma(dz, z - m, beta (exp(v) - 1)),  then dm = fma(beta, m, dz)
 * initial   glorot: a (2 uniform - 1) in double, a = sqrt(6 / (in + out)); lecun, he: sd normal
 *           in double, sd = sqrt(1 / in), sqrt(2 / in), over 0.87962566103423978; normals
 *           beyond 2 are drawn again by (layer = index, epoch 1, 2, ...).  Rounded to float.
 *
 * ---- gradients ----
 * A shard's gradient is written by the layers; one cut into pieces (step/plan.h: a matter of
 * the model and its rows) is the first piece's, += the next, in order.  One without rows is 0.
 * Shards are the leaves of one binary tree (comm/allreduce.h): node (l, i) is left + right, or
 * left alone where there is no right.  Gradients of weights are added this way in float, losses
 * and batch norm's sums in double.
 *
 * ---- steps, optim/optimizer.c ----
 * d = scale g; scale = 1 / rows of the step, in double, and the schedule's rate become float.
 * What is kept from step to step, m and v, is 0 where it is below 2^-126 in size: weights that
 * hardly move would fill it with denormals, which many CPUs compute at a hundredth of their
 * speed.
 *   sgd      m = fma(momentum, m, -rate d);  w = w + m
 *   rmsprop  v = fma((1 - rho) d, d, rho v);  m = fma(momentum, m, rate d / sqrt(v + 1e-7))
 *            w = w - m
 *            rho = 0.9
 *   adam     m = fma(d - m, 1 - b1, m);  v = fma(fma(d, d, -v), 1 - b2, v)
 *            w = w - alpha m / (sqrt(v) + 1e-7)
 *            b1 = 0.9, b2 = 0.999
 *            alpha = (float)(rate sqrt(1 - power(b2, t)) / (1 - power(b1, t))), in double of
 *            the float constants; t counts steps from 1
 * 1 - rho, 1 - b1 and 1 - b2 are float.
 *
 * ---- schedules, optim/schedule.c, in double ----
 * e = epoch + (step + 0.5) / steps of an epoch.  e < warmup: base e / warmup.  Then, with
 * t = e - warmup:  constant: base;  step: base power(factor, floor(t / every));
 * cosine: base (f + (1 - f) 0.5 (1 + cos(pi min(t / (epochs - warmup), 1)))), from the left.
 *
 * ---- outside of this page ----
 * run.backend = openblas; eigenvectors and what figures and reports compute from results; data
 * sets that `hourglass import --make` makes.
 */
#ifndef BASE_NUMBERS_H
#define BASE_NUMBERS_H

#endif
