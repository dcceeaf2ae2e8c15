#!/usr/bin/python3
"""Writes tests/golden/metrics.json: figures of scikit-learn and scipy on small random data, for tests/measure.

Run: /usr/bin/python3 tests/reference/metrics_golden.py
Made with scikit-learn 1.2.1, scipy 1.10.0, numpy 1.24.2. Scores are multiples of 1/16, so ties abound and floats are exact.
"""
import json
import os
import warnings

import numpy as np
from scipy import stats
from sklearn import metrics as m

warnings.simplefilter("ignore")


def sets(truth, decided, zero, weight=None):
    out = {}
    formulas = {
        "f1": lambda **a: m.f1_score(truth, decided, **a),
        "f2": lambda **a: m.fbeta_score(truth, decided, beta=2, **a),
        "precision": lambda **a: m.precision_score(truth, decided, **a),
        "recall": lambda **a: m.recall_score(truth, decided, **a),
        "jaccard": lambda **a: m.jaccard_score(truth, decided, **a),
    }
    for average in ("micro", "macro", "samples"):
        for name, f in formulas.items():
            out[f"{average}_{name}"] = f(average=average, zero_division=zero, sample_weight=weight)
    out["subset_accuracy"] = m.accuracy_score(truth, decided, sample_weight=weight)
    out["hamming_loss"] = m.hamming_loss(truth, decided, sample_weight=weight)
    negative, none = truth.sum(1) == 0, decided.sum(1) == 0
    out["negative_f1"] = m.f1_score(negative, none, zero_division=zero, sample_weight=weight)
    return out


def rankings(truth, scores, weight=None):
    kept = [j for j in range(truth.shape[1]) if truth[:, j].any()]
    mixed = [j for j in kept if not truth[:, j].all()]
    out = {
        "macro_map": m.average_precision_score(truth[:, kept], scores[:, kept], average="macro", sample_weight=weight),
        "micro_map": m.average_precision_score(truth, scores, average="micro", sample_weight=weight),
        "samples_map": m.average_precision_score(truth, scores, average="samples", sample_weight=weight),
        "macro_auc": m.roc_auc_score(truth[:, mixed], scores[:, mixed], average="macro", sample_weight=weight),
        "micro_auc": m.roc_auc_score(truth, scores, average="micro", sample_weight=weight),
        "lrap": m.label_ranking_average_precision_score(truth, scores, sample_weight=weight),
        "ranking_loss": m.label_ranking_loss(truth, scores, sample_weight=weight),
        "coverage_error": m.coverage_error(truth, scores, sample_weight=weight),
    }
    return out


def sklearn_quirks(truth, scores):
    out = {"macro_map": m.average_precision_score(truth, scores, average="macro")}
    for k in (1, 3, 5):
        out[f"ndcg_at_{k}"] = m.ndcg_score(truth, scores, k=k)
    return out


def correlations(grades, scores):
    taus, rhos, positive, pearson = [], [], [], []
    for g, s in zip(grades, scores):
        if len(set(g)) > 1:
            constant = len(set(s)) == 1
            taus.append(0 if constant else stats.kendalltau(s, g)[0])
            rhos.append(0 if constant else stats.spearmanr(s, g)[0])
        p = g > 0
        if len(set(g[p])) > 1:
            constant = len(set(s[p])) == 1
            positive.append(0 if constant else stats.kendalltau(s[p], g[p])[0])
            pearson.append(0 if constant else np.corrcoef(s[p], g[p])[0, 1])
    out = {"kendall_tau_b": np.mean(taus), "spearman_rho": np.mean(rhos)}
    if positive:
        out.update({"positive_tau_b": np.mean(positive), "significance_pearson": np.mean(pearson)})
    return out


def calibration(truth, scores):
    y, p = truth.ravel(), scores.astype(np.float64).ravel()
    return {
        "presence_brier": m.brier_score_loss(y, p),
        "presence_log_loss": m.log_loss(y, p, eps=1e-7),
    }


def case(name, seed, rows, labels, share, graded):
    rng = np.random.default_rng(seed)
    grades = (rng.random((rows, labels)) < share) * (rng.integers(1, 4, (rows, labels)) if graded else 1)
    scores = np.clip(rng.normal(0.3 + 0.12 * grades, 0.25), 0, 1)
    scores = np.round(scores * 16) / 16
    grades[0] = 0          # a row without labels
    grades[1] = 1          # a row with all of them
    grades[2:, labels - 1] = 0
    grades[1, labels - 1] = 0  # a label without rows
    grades[1, 0] = 1
    scores[3] = 0.5        # a row of ties
    truth, decided = (grades > 0).astype(int), (scores >= 0.5).astype(int)
    weight = rng.integers(1, 5, rows) / 4
    return {
        "name": name, "rows": rows, "labels": labels, "scores": scores.tolist(), "grades": grades.tolist(),
        "weights": weight.tolist(),
        "zero": {**sets(truth, decided, 0), **rankings(truth, scores), **calibration(truth, scores),
                 **correlations(grades, scores)},
        "one": sets(truth, decided, 1),
        "weighted": {**sets(truth, decided, 0, weight), **rankings(truth, scores, weight)},
        "sklearn": sklearn_quirks(truth, scores),
    }


def main():
    cases = [case("small", 1, 12, 6, 0.3, False), case("graded", 2, 40, 9, 0.4, True),
             case("wide", 3, 15, 70, 0.9, True), case("sparse", 4, 60, 12, 0.08, False)]
    path = os.path.join(os.path.dirname(__file__), "..", "golden", "metrics.json")
    with open(path, "w") as file:
        json.dump({"made_by": "tests/reference/metrics_golden.py", "cases": cases}, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
