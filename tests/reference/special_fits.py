"""Fits the polynomials of tagma/math/special.h: weighted least squares on dense Chebyshev points with Lawson's re-weighting
(near-minimax relative error), in double. Prints the coefficients, lowest power first.

Run: /usr/bin/python3 tests/reference/special_fits.py  (needs numpy, scipy)
"""
import numpy as np
from scipy import special


def fit(name, f, low, high, degree, weight, rounds=200):
    x = low + (high - low) * (1 - np.cos(np.pi * (np.arange(4001) + 0.5) / 4001)) / 2
    y, w = f(x), weight(x)
    lawson = np.ones_like(x)
    basis = np.polynomial.chebyshev.chebvander((2 * x - low - high) / (high - low), degree)
    best, kept = np.inf, None
    for _ in range(rounds):
        scale = np.sqrt(lawson) * w
        c = np.linalg.lstsq(basis * scale[:, None], y * scale, rcond=None)[0]
        error = np.abs((basis @ c - y) * w)
        if error.max() < best:
            best, kept = error.max(), c
        lawson *= error + 1e-30
        lawson /= lawson.sum()
    poly = np.polynomial.Chebyshev(kept, domain=[low, high]).convert(kind=np.polynomial.Polynomial)
    print(f"{name}: worst relative error {best:.2e}\n   ", ", ".join(f"{v:.9g}f" for v in poly.coef))


def series(direct, terms):
    """`direct` away from 0, its Taylor series near 0, where it cancels."""
    def f(x):
        near = np.abs(x) < 1e-2
        return np.where(near, np.polynomial.polynomial.polyval(x, terms), direct(np.where(near, 1, x)))
    return f


EXP_2 = series(lambda r: (np.expm1(r) - r) / r**2, [1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040])
EXP_1 = series(lambda r: np.expm1(r) / r, [1, 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040])
LOG_2 = series(lambda m: (np.log1p(m) - m) / m**2, [(-1) ** (k + 1) / (k + 2) for k in range(9)])
LOG_1 = series(lambda m: np.log1p(m) / m, [(-1) ** k / (k + 1) for k in range(10)])


def tail(u, k=2.5):
    """(a + 1) R(a) with u = (a - k) / (a + k); R(a) = (1 - Phi(a)) / phi(a)."""
    a = k * (1 + u) / (1 - u)
    return (a + 1) * np.sqrt(np.pi / 2) * special.erfcx(a / np.sqrt(2))


fit("exp_sum: (exp r - 1 - r) / r^2", EXP_2, -0.40, 0.40, 4, lambda r: r * r / np.exp(r))
fit("exp_down: (exp r - 1) / r", EXP_1, -0.3467, 0.3467, 4, lambda r: np.abs(r) / np.exp(r))
fit("log1p_near: (log(1 + m) - m) / m^2", LOG_2, -0.2501, 0.5001, 7, lambda m: np.abs(m) / LOG_1(m))
fit("log1p_unit: log(1 + m) / m", LOG_1, 0, 1, 8, lambda m: 1 / LOG_1(m))
fit("tail: (a + 1) R(a)", tail, -1, 0.9999999, 9, lambda u: 1 / tail(u))
