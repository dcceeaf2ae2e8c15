"""Golden numbers of the losses over pairs and simplices: tests/golden/{unimlr,lsep,crpc,ranknet,zlpr,sparsemax,ldl_kl,decoupled_softmax,soft_top_k}.json.

Written from the equations, slowly and plainly (every ordered pair of labels, sorting where the library does not sort), in
double precision; slopes by the closed form of each term, those of soft-top-k by differences of its value in 60 digits. Run: /usr/bin/python3 tests/reference/rank_losses.py tests/golden
The cases called "paper" are on the inputs, and give the figures, of the released code of arXiv 2508.21772.
"""
import decimal
import json
import sys

import numpy as np
from scipy.special import erf, log_ndtr

MEAN = [[1.2, -0.4, 0.3, 2.0], [-1.0, 0.8, -0.2, 0.1], [0.5, 1.5, -2.5, -0.7]]
LOGVAR = [[0.1, -0.5, 0.4, -1.0], [0.0, 0.3, -0.8, 0.6], [-0.2, 0.2, 1.0, -1.5]]
GRADES = [[2, 0, 1, 3], [0, 2, 0, 1], [1, 1, 0, 0]]
THRESHOLDS = [[0.2, -0.1, 0.0, 0.5], [0.1, 0.1, -0.3, 0.0], [0.0, 0.4, -1.0, 0.2]]

PAIR_LOGITS = [[-0.5, 0.2, -0.2, 0.5, 0.1, -0.3, 0.4, 0.0, -0.4, 0.3], [-0.2, 0.5, 0.1, -0.3, 0.4, 0.0, -0.4, 0.3, -0.1, -0.5],
               [0.1, -0.3, 0.4, 0.0, -0.4, 0.3, -0.1, -0.5, 0.2, -0.2]]


def softplus(x):
    return max(x, 0.0) + np.log1p(np.exp(-abs(x)))


def sigmoid(x):
    return 1 / (1 + np.exp(-x)) if x >= 0 else np.exp(x) / (1 + np.exp(x))


def surprise(x, floor):
    """-log(Phi(x) + floor) and its derivative."""
    density = np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)
    if floor == 0:
        value = -log_ndtr(x)
        return value, -np.exp(-0.5 * x * x - 0.5 * np.log(2 * np.pi) + value)
    probability = 0.5 * (1 - erf(-x / np.sqrt(2))) + floor
    return -np.log(probability), -density / probability


def graded(row, weak):
    return [int(t == 1) if weak else g for t, g in zip(row["truth"], row["grade"])]


def ordered_pairs(row, weak=False, present_only=False):
    grade, known = graded(row, weak), row["known"]
    return [(u, v) for u in known for v in known
            if grade[u] > grade[v] and not (present_only and row["truth"][v] != 1)]


def unimlr(rows, weak, present_only, floor, paper):
    values, slopes = [], []
    pairs = sum(len(ordered_pairs(row, weak, present_only)) for row in rows)
    known = sum(len(row["known"]) for row in rows)
    scale = (known / pairs if pairs else 0) if paper else 1
    for row in rows:
        k = len(row["truth"])
        mean, logvar, w = row["outputs"][:k], row["outputs"][k:], row["weight"]
        value, slope = 0.0, np.zeros(2 * k)
        for j in row["known"]:
            sign = 1 if row["truth"][j] == 1 else -1
            sigma = np.exp(logvar[j] / 2)
            v, d = surprise(sign * mean[j] / sigma, floor)
            value += w[j] * v
            slope[j] += w[j] * d * sign / sigma
            slope[k + j] -= w[j] * d * sign * mean[j] / sigma / 2
        for u, v in ordered_pairs(row, weak, present_only):
            d2 = np.exp(logvar[u]) + np.exp(logvar[v])
            x = (mean[u] - mean[v]) / np.sqrt(d2)
            s, d = surprise(x, floor)
            weight = w[u] * w[v] * scale
            value += weight * s
            slope[u] += weight * d / np.sqrt(d2)
            slope[v] -= weight * d / np.sqrt(d2)
            for j in (u, v):
                slope[k + j] -= weight * d * x * np.exp(logvar[j]) / (2 * d2)
        values.append(value)
        slopes.append(slope)
    return values, slopes, known if paper else None


def lsep(rows, weak, threshold):
    values, slopes = [], []
    for row in rows:
        k = len(row["truth"])
        f, w = row["outputs"][:k], row["weight"]
        slope = np.zeros(2 * k if threshold else k)
        pairs = ordered_pairs(row, weak)
        terms = [w[u] * w[v] * np.exp(f[v] - f[u]) for u, v in pairs]
        total = 1 + sum(terms)
        for (u, v), term in zip(pairs, terms):
            slope[v] += term / total
            slope[u] -= term / total
        value = np.log(total)
        if threshold and row["known"]:
            for j in row["known"]:
                margin = f[j] - row["outputs"][k + j]
                value += w[j] * softplus(-margin if row["truth"][j] == 1 else margin) / len(row["known"])
                slope[k + j] -= w[j] * (sigmoid(margin) - row["truth"][j]) / len(row["known"])
        values.append(value)
        slopes.append(slope)
    return values, slopes, None


def crpc(rows, weak, released, paper):
    values, slopes, count = [], [], 0
    for row in rows:
        k = len(row["truth"])
        grade = graded(row, weak) + [None]
        value, slope, output = 0.0, np.zeros(k * (k + 1) // 2), -1
        for i in range(k):
            for j in range(i + 1, k + 1):
                output += 1
                if i not in row["known"] or (j < k and j not in row["known"]):
                    continue
                if j < k and grade[i] == grade[j] and not released:
                    continue
                target = row["truth"][i] == 1 if j == k else grade[i] > grade[j]
                weight = row["weight"][i] * (1 if j == k else row["weight"][j])
                z = row["outputs"][output]
                value += weight * softplus(-z if target else z)
                slope[output] = weight * (sigmoid(z) - target)
                count += 1
        values.append(value)
        slopes.append(slope)
    return values, slopes, count if paper else None


def ranknet(rows):
    values, slopes = [], []
    for row in rows:
        z, w = row["outputs"], row["weight"]
        pairs = ordered_pairs(row)
        slope, value = np.zeros(len(z)), 0.0
        for u, v in pairs:
            weight = w[u] * w[v] / len(pairs)
            value += weight * softplus(z[v] - z[u])
            slope[u] -= weight * sigmoid(z[v] - z[u])
            slope[v] += weight * sigmoid(z[v] - z[u])
        values.append(value)
        slopes.append(slope)
    return values, slopes, None


def zlpr(rows):
    values, slopes = [], []
    for row in rows:
        z, w = row["outputs"], row["weight"]
        slope, value = np.zeros(len(z)), 0.0
        for truth, sign in ((0, 1), (1, -1)):
            labels = [j for j in row["known"] if row["truth"][j] == truth]
            total = 1 + sum(w[j] * np.exp(sign * z[j]) for j in labels)
            value += np.log(total)
            for j in labels:
                slope[j] = sign * w[j] * np.exp(sign * z[j]) / total
        values.append(value)
        slopes.append(slope)
    return values, slopes, None


def decoupled_softmax(rows):
    values, slopes = [], []
    for row in rows:
        z, w, slope, value = row["outputs"], row["weight"], np.zeros(len(row["outputs"])), 0.0
        absent = [j for j in row["known"] if row["truth"][j] == 0 and w[j] > 0]
        for u in [j for j in row["known"] if row["truth"][j] == 1] if absent else []:
            total = np.exp(z[u]) + sum(w[v] * np.exp(z[v]) for v in absent)
            value -= w[u] * np.log(np.exp(z[u]) / total)
            slope[u] += w[u] * (np.exp(z[u]) / total - 1)
            for v in absent:
                slope[v] += w[u] * w[v] * np.exp(z[v]) / total
        values.append(value)
        slopes.append(slope)
    return values, slopes, None


def soft_top_k_value(z, w, present, k):
    """Sum of -w log f over the present labels; the threshold by bisection. All numbers are Decimal."""
    absent = [j for j in range(len(z)) if j not in present]
    if not present or not absent:
        return decimal.Decimal(0)
    one, mass = decimal.Decimal(1), sum(w)
    k = max(sum(w[j] for j in present), min(decimal.Decimal(k), mass - mass / len(z)))
    low, high = min(z) - 60, max(z) + 60
    for _ in range(170):
        middle = (low + high) / 2
        chosen = sum(wj / (one + (middle - zj).exp()) for zj, wj in zip(z, w))
        low, high = (middle, high) if chosen > k else (low, middle)
    return sum(w[j] * (one + (low - z[j]).exp()).ln() for j in present)


def soft_top_k(rows, k):
    decimal.getcontext().prec = 60
    values, slopes, step = [], [], decimal.Decimal(10) ** -18
    for row in rows:
        z = [decimal.Decimal(row["outputs"][j]) for j in row["known"]]
        w = [decimal.Decimal(row["weight"][j]) for j in row["known"]]
        present = [i for i, j in enumerate(row["known"]) if row["truth"][j] == 1]
        slope = np.zeros(len(row["outputs"]))
        for i, j in enumerate(row["known"]):
            beside = [soft_top_k_value(z[:i] + [z[i] + by] + z[i + 1:], w, present, k) for by in (-step, step)]
            slope[j] = float((beside[1] - beside[0]) / (2 * step))
        values.append(float(soft_top_k_value(z, w, present, k)))
        slopes.append(slope)
    return values, slopes, None


def shares(row):
    mass = np.array([row["grade"][j] * row["weight"][j] for j in row["known"]])
    return mass / mass.sum() if mass.sum() > 0 else None


def sparsemax(rows):
    values, slopes = [], []
    for row in rows:
        slope, value, q = np.zeros(len(row["truth"])), 0.0, shares(row)
        if q is not None:
            z = np.array([row["outputs"][j] for j in row["known"]])
            down = np.sort(z)[::-1]
            sums = np.cumsum(down)
            k = max(i + 1 for i in range(len(z)) if 1 + (i + 1) * down[i] > sums[i])
            tau = (sums[k - 1] - 1) / k
            p = np.maximum(z - tau, 0)
            value = -q @ z + 0.5 * sum(x * x - tau * tau for x in z if x > tau) + 0.5 * q @ q
            slope[row["known"]] = p - q
        values.append(value)
        slopes.append(slope)
    return values, slopes, None


def ldl_kl(rows):
    values, slopes = [], []
    for row in rows:
        slope, value, q = np.zeros(len(row["truth"])), 0.0, shares(row)
        if q is not None:
            z = np.array([row["outputs"][j] for j in row["known"]])
            p = np.exp(z - z.max())
            p /= p.sum()
            value = sum(a * np.log(a / b) for a, b in zip(q, p) if a > 0)
            slope[row["known"]] = p - q
        values.append(value)
        slopes.append(slope)
    return values, slopes, None


def paper_rows(outputs):
    return [{"outputs": z, "truth": [int(g > 0) for g in g_row], "grade": g_row, "known": list(range(4)), "weight": [1.0] * 4}
            for z, g_row in zip(outputs, GRADES)]


def mixed_rows(width, labels=6, rows=8, seed=5):
    """Unknown labels (their outputs are not numbers), ties, rows with nothing present, all present and nothing known."""
    rng = np.random.default_rng(seed)
    weight = [1.0, 0.5, 2.0, 1.0, 0.0, 1.5]
    result = []
    for r in range(rows):
        truth = rng.choice([-1, 0, 1], size=labels, p=[0.15, 0.45, 0.4]).tolist()
        truth = {0: [0] * labels, 1: [1] * labels, 2: [-1] * labels}.get(r, truth)
        grade = [float(rng.choice([0.25, 1, 2, 3.5])) if t == 1 else 0.0 for t in truth]
        known = [j for j in range(labels) if truth[j] != -1 and weight[j] > 0]
        result.append({"outputs": np.round(rng.normal(0, 1.5, width), 4).tolist(), "truth": truth, "grade": grade,
                       "known": known, "weight": weight})
    return result


def hidden(row, width):
    """The outputs as the library gets them: none (not a number) where an unknown label is involved."""
    k = len(row["truth"])
    if width == k * (k + 1) // 2 and width > 2 * k:
        ends = [(i, j) for i in range(k) for j in range(i + 1, k + 1)]
    else:
        ends = [(o % k, k) for o in range(width)]
    unknown = lambda j: j < k and row["truth"][j] == -1
    return [None if unknown(i) or unknown(j) else z for (i, j), z in zip(ends, row["outputs"])]


def case(name, settings, rows, result):
    values, slopes, divisor = result
    divisor = divisor if settings.get("reduction") == "paper" and divisor is not None else (
        len(rows) if settings.get("reduction") == "paper" else 1)
    return {"name": name, "settings": settings, "outputs": [hidden(row, len(row["outputs"])) for row in rows],
            "truth": [row["truth"] for row in rows], "grades": [row["grade"] for row in rows],
            "label_weights": rows[0]["weight"], "value": float(sum(values)) / divisor,
            "slopes": [(np.array(s) / divisor).tolist() for s in slopes]}


def main(folder):
    paper_two = [m + v for m, v in zip(MEAN, LOGVAR)]
    paper_thresholds = [m + v for m, v in zip(MEAN, THRESHOLDS)]
    files = {name: [] for name in ("unimlr", "lsep", "crpc", "ranknet", "zlpr", "sparsemax", "ldl-kl", "decoupled-softmax", "soft-top-k")}
    for inputs, reduction in (("paper", "paper"), ("mixed", "sum"), ("mixed", "paper")):
        rows = lambda outputs, width: paper_rows(outputs) if inputs == "paper" else mixed_rows(width)
        paper = reduction == "paper"
        for mode in ("strong", "weak"):
            weak = mode == "weak"
            for pairs in ("all", "present"):
                for floor in (0, 1e-4):
                    batch = rows(paper_two, 12)
                    settings = {"mode": mode, "pairs": pairs, "floor": str(floor), "reduction": reduction}
                    files["unimlr"].append(case(inputs, settings, batch, unimlr(batch, weak, pairs == "present", floor, paper)))
            for threshold in (False, True):
                batch = rows(paper_thresholds if threshold else MEAN, 12 if threshold else 6)
                settings = {"mode": mode, "threshold": str(threshold).lower(), "reduction": reduction}
                files["lsep"].append(case(inputs, settings, batch, lsep(batch, weak, threshold)))
            for ties in ("released", "mask"):
                batch = rows(PAIR_LOGITS, 21)
                settings = {"mode": mode, "ties": ties, "reduction": reduction}
                files["crpc"].append(case(inputs, settings, batch, crpc(batch, weak, ties == "released", paper)))
        for name, loss in (("ranknet", ranknet), ("zlpr", zlpr), ("sparsemax", sparsemax), ("ldl-kl", ldl_kl),
                           ("decoupled-softmax", decoupled_softmax)):
            batch = rows(MEAN, 6)
            files[name].append(case(inputs, {"reduction": reduction}, batch, loss(batch)))
        for k in (0, 2, 5):
            batch = rows(MEAN, 6)
            files["soft-top-k"].append(case(inputs, {"k": str(k), "reduction": reduction}, batch, soft_top_k(batch, k)))
    for spread in (10, 40):  # so far apart that k labels stand alone
        batch = [{**row, "outputs": [spread * z for z in row["outputs"]]} for row in mixed_rows(6)]
        files["soft-top-k"].append(case("far", {"k": "2", "reduction": "sum"}, batch, soft_top_k(batch, 2)))
    for name, cases in files.items():
        with open(f"{folder}/{name.replace('-', '_')}.json", "w") as file:
            body = ",\n".join("  " + json.dumps(c) for c in cases)
            file.write(f'{{"loss": "{name}", "made_by": "tests/reference/rank_losses.py", "cases": [\n{body}\n]}}\n')


if __name__ == "__main__":
    main(sys.argv[1])
