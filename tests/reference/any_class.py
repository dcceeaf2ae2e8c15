"""Golden numbers of the any-class loss, from its definition as a product (not from the identity the library uses).

Writes tests/golden/any_class.json. Run: /usr/bin/python3 tests/reference/any_class.py
"""
import json
import math
import os

LOGITS = [[0.3, -1.2, 2.0], [-0.7, 0.1, -2.5], [1.5, 0.4, -0.3], [-3.0, -2.0, -1.0]]
TRUTH = [[1, 0, 1], [0, 0, 0], [0, 1, 0], [0, 0, 0]]
CLASS_COUNTS, NEGATIVE_COUNT, BETA, ALPHA = [50, 10, 2000], 8000, 0.9999, 1.0


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def bce(p, y):
    return -math.log(p if y else 1 - p)


def focal(p, y, gamma=2):
    right = p if y else 1 - p
    return -((1 - right) ** gamma) * math.log(right)


def any_probability(p, w):
    """Normalised weighted geometric mean of the probabilities."""
    total = sum(w)
    present = math.prod(q**v for q, v in zip(p, w)) ** (1 / total)
    absent = math.prod((1 - q) ** v for q, v in zip(p, w)) ** (1 / total)
    return present / (present + absent)


def row_loss(z, y, lam, loss, alpha=ALPHA):
    p = [sigmoid(v) for v in z]
    w = [1.0 if t else lam for t in y] if any(y) else [1.0] * len(y)
    return sum(loss(q, t) for q, t in zip(p, y)) + alpha * (loss(any_probability(p, w), any(y)) if alpha else 0)


def slopes(z, y, lam, loss, h=1e-3):
    """Five-point differences, error of order h^4."""
    def at(j, d):
        return row_loss(z[:j] + [z[j] + d] + z[j + 1 :], y, lam, loss)

    return [(at(j, -2 * h) - 8 * at(j, -h) + 8 * at(j, h) - at(j, 2 * h)) / (12 * h) for j in range(len(z))]


def class_weights():
    c = [(1 - BETA) / (1 - BETA**n) for n in CLASS_COUNTS + [NEGATIVE_COUNT]]
    return [v * len(c) / sum(c) for v in c]


def batch_loss(lam, loss, alpha=ALPHA):
    c = class_weights()
    total = 0.0
    for z, y in zip(LOGITS, TRUTH):
        weight = sum(v for v, t in zip(c, y) if t) if any(y) else c[-1]
        total += weight * row_loss(z, y, lam, loss, alpha)
    return total / (sum(map(sum, TRUTH)) + sum(not any(y) for y in TRUTH))


def main():
    golden = {"logits": LOGITS, "truth": TRUTH, "class_counts": CLASS_COUNTS, "negative_count": NEGATIVE_COUNT,
              "beta": BETA, "alpha": ALPHA, "class_weights": class_weights(), "losses": []}
    for name, loss in (("bce", bce), ("focal", focal)):
        golden["losses"].append({"base": name, "alpha": 0, "lambda": 0.02, "value": batch_loss(0.02, loss, 0)})
        for lam in (0, 0.02, 0.2, 1):
            golden["losses"].append({"base": name, "alpha": ALPHA, "lambda": lam, "value": batch_loss(lam, loss),
                                     "slopes": [slopes(z, y, lam, loss) for z, y in zip(LOGITS, TRUTH)]})
    path = os.path.join(os.path.dirname(__file__), "..", "golden", "any_class.json")
    with open(path, "w") as out:
        json.dump(golden, out, indent=1)
        out.write("\n")


if __name__ == "__main__":
    main()
