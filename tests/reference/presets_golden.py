#!/usr/bin/python3
"""Writes tests/golden/presets.json: figures of Mulan, torchmetrics and pyxclib on small random data, for tests/measure.

The tools themselves are run; none of them is part of this project. Wanted are paths to
  --mulan        a Java class path with the classes of Mulan and Weka (javac mulan/evaluation/measure/*.java with the sources
                 of both as source path); tests/reference/MulanFigures.java is run on it by `java`
  --torchmetrics the source folder of torchmetrics (src), importable with the Python at hand
  --pyxclib      the source folder of pyxclib, likewise; its numba functions may run as plain Python
  --versions     what Mulan, Weka and pyxclib these are: they do not say so themselves
Run: /usr/bin/python3 tests/reference/presets_golden.py --mulan CLASSES --torchmetrics SRC --pyxclib FOLDER --versions TEXT
Figures that a tool does not have are null. Scores are floats of single precision. The cases whose rows hold no
ties also compare what the tools leave to the accident of their sort. torchmetrics' *_at_k, samples_map and one_error are
its retrieval metrics, each row a query.
"""
import argparse
import json
import logging
import os
import subprocess
import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
ks = (1, 3, 5)


def cases():
    def truth(rng, rows, labels, share):
        y = (rng.random((rows, labels)) < share).astype(int)
        y[0], y[1] = 0, 1  # a row without labels, one with all of them
        return y

    def ties(rng, y):  # sixteenths, 0 and 1 and many a 0.5 among them
        return np.round(np.clip(rng.normal(0.35 + 0.2 * y, 0.3), 0, 1) * 16) / 16

    def distinct(rng, y):  # no two scores of the whole are equal
        ranks = np.argsort(np.argsort((rng.normal(0, 1, y.size) + y.ravel()))).reshape(y.shape)
        return (1 + ranks) * (3 if y.size < 300 else 1) / 1024

    def add(name, y, s, cut=0.5, tied=True):
        found.append({"name": name, "cut": cut, "tied": tied, "truth": y.tolist(), "scores": s.tolist()})

    found = []
    rng = np.random.default_rng(5)
    for name, share in (("ties", 0.35), ("sparse ties", 0.1)):
        y = truth(rng, 26, 8, share)
        y[:, 7] = 0
        s = ties(rng, y)
        s[2], s[3] = 0.5, 0.25
        s[0] = s[0] * (s[0] < 0.5)  # nothing decided where nothing is true
        add(name, y, s)
        y = y.copy()
        y[:, 0] = 1
        add(name + ", a full label", y, s)
    y = truth(rng, 13, 4, 0.4)
    edges = (np.arange(16) / 15).astype(np.float32)  # the edges of calibration bins, and the floats beside them
    add("bin edges", y, np.concatenate([edges[:15], edges, np.nextafter(edges[1:], 0), np.nextafter(edges[9:15], 1)])
        .astype(float)[rng.permutation(52)].reshape(y.shape))
    y = truth(rng, 22, 6, 0.4)
    add("margins", y, np.round(rng.normal(1.5 * y - 1, 1) * 4) / 4, cut=0)
    y = truth(rng, 30, 9, 0.3)
    y[2, :] = 1 - y[3, :]  # every label present somewhere and absent somewhere
    add("distinct", y, distinct(rng, y), tied=False)
    add("distinct margins", y, 8 * distinct(rng, y) - 4 - 1 / 4096, cut=0, tied=False)
    y = truth(rng, 12, 60, 0.2)
    add("wide", y, distinct(rng, y), tied=False)
    y = (rng.random((5, 4)) < 0.5).astype(int)
    add("nothing present", 0 * y, ties(rng, y))
    add("all present", 0 * y + 1, ties(rng, y))
    y = np.zeros((4, 3), int)
    add("nothing present nor decided", y, y / 4 + 0.25)
    add("one label", truth(rng, 12, 1, 0.5), ties(rng, np.zeros((12, 1))))
    return found


def mulan(path, given):
    words = [len(given)]
    for case in given:
        y = np.array(case["truth"])
        words += [case["cut"], *y.shape, *np.ravel(case["scores"]), *y.ravel()]
    driver = os.path.join(os.path.dirname(os.path.abspath(__file__)), "MulanFigures.java")
    text = subprocess.run(["java", "-cp", path, driver], input=" ".join(map(str, words)), text=True, check=True,
                          stdout=subprocess.PIPE).stdout
    found = []
    for part in text.split("end\n")[:-1]:
        figures = dict(line.split() for line in part.splitlines())
        found.append({name: None if value == "NaN" else float(value) for name, value in figures.items()})
    return found


def torchmetrics(given):
    import torch
    from torchmetrics.functional import classification as c, mean_squared_error, retrieval as r

    def figures(case):
        y, s = torch.tensor(case["truth"]), torch.tensor(case["scores"], dtype=torch.float64)
        labels, out = y.shape[1], {}
        if labels == 1:
            return None  # it takes two labels at least
        for name, f in (("f1", c.multilabel_f1_score), ("precision", c.multilabel_precision), ("recall", c.multilabel_recall),
                        ("f2", lambda *a, **b: c.multilabel_fbeta_score(a[0], a[1], 2., a[2], **b))):
            for average in ("micro", "macro"):
                out[f"{average}_{name}"] = f(s, y, labels, average=average)
            out[f"samples_{name}"] = f(s[..., None], y[..., None], labels, average="micro",
                                     multidim_average="samplewise").mean()
        for average in ("micro", "macro"):
            out[f"{average}_jaccard"] = c.multilabel_jaccard_index(s, y, labels, average=average)
            out[f"{average}_map"] = c.multilabel_average_precision(s, y, labels, average=average)
            out[f"{average}_auc"] = c.multilabel_auroc(s, y, labels, average=average)
        out["subset_accuracy"] = c.multilabel_exact_match(s, y, labels)
        out["hamming_loss"] = c.multilabel_hamming_distance(s, y, labels)
        out["lrap"] = c.multilabel_ranking_average_precision(s, y, labels)
        out["coverage_error"] = c.multilabel_coverage_error(s, y, labels)
        out["ranking_loss"] = c.multilabel_ranking_loss(s, y, labels)
        if case["cut"] == 0.5:
            out["presence_ece"] = c.binary_calibration_error(s.float().ravel(), y.ravel(), n_bins=15, norm="l1")
            out["presence_brier"] = mean_squared_error(s.ravel(), y.double().ravel())
        rows = list(zip(s, y))
        for k in ks:
            out[f"ndcg_at_{k}"] = np.mean([r.retrieval_normalized_dcg(a, b, top_k=k) for a, b in rows])
            out[f"recall_at_{k}"] = np.mean([r.retrieval_recall(a, b, top_k=k) for a, b in rows])
            if not case["tied"]:
                out[f"precision_at_{k}"] = np.mean([r.retrieval_precision(a, b, top_k=k) for a, b in rows])
        out["one_error"] = 1 - np.mean([r.retrieval_hit_rate(a, b, top_k=1) for a, b in rows])
        if not case["tied"]:
            out["samples_map"] = np.mean([r.retrieval_average_precision(a, b) for a, b in rows])
        return {name: float(value) for name, value in out.items()}

    return [figures(case) for case in given]


def pyxclib(given):
    import scipy.sparse as sp
    from xclib.evaluation import xc_metrics as x

    def figures(case):
        y, s = sp.csr_matrix(np.array(case["truth"], float)), np.array(case["scores"], np.float32)
        rows, labels = s.shape
        if case["tied"] and labels > 15:
            raise ValueError("ties in longer rows are ordered by the accident of the sort")
        counts = np.random.default_rng(labels).integers(0, 50, labels)
        case["train_present"], case["train_rows"] = counts.tolist(), 400
        seen = sp.csr_matrix((np.arange(400)[:, None] < counts).astype(float))
        # All scores as a sparse matrix; zeros stay entries.
        every = sp.csr_matrix((s.ravel(), np.tile(np.arange(labels), rows), np.arange(rows + 1) * labels), shape=s.shape)
        k = max(ks)
        weights = x.compute_inv_propesity(seen, 0.55, 1.5)
        found = {"precision": x.precision(every, y, k), "recall": x.recall(every, y, k), "ndcg": x.ndcg(every, y, k)}
        if y.nnz:
            found["psp"] = x.psprecision(every, y, weights, k)
            found["psndcg"] = x.psndcg(every, y, weights, k)
        return {f"{name}_at_{i}": float(values[i - 1]) for name, values in found.items() for i in ks}

    return [figures(case) for case in given]


def main():
    parser = argparse.ArgumentParser()
    for flag in ("mulan", "torchmetrics", "pyxclib", "versions"):
        parser.add_argument(f"--{flag}", required=True)
    paths = parser.parse_args()
    sys.path[:0] = [paths.torchmetrics, paths.pyxclib]
    import torch
    from torchmetrics import __version__ as version
    given = cases()
    for case, a, b, c in zip(given, mulan(paths.mulan, given), torchmetrics(given), pyxclib(given)):
        case.update(mulan=a, torchmetrics=b, xmc=c)
    made = (f"tests/reference/presets_golden.py, which ran {paths.versions}; torchmetrics {version} on PyTorch "
            f"{torch.__version__}, numpy {np.__version__}")
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden", "presets.json"), "w") as file:
        json.dump({"made_by": made, "cases": given}, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
