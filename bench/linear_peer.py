#!/usr/bin/env python3
"""Trains scikit-learn's one-vs-rest LIBLINEAR logistic regression and tagma's linear learner on the same data, in turns,
and compares seconds at an equal or lower objective value.

    /usr/bin/python3 bench/linear_peer.py build/release/bench/bench_linear DATA [--threads 1] [--repeat 3] [--tol 1e-4]

Both minimise, per label, ||w||^2 / 2 + sum_i log(1 + exp(-y_i x_i w)) without intercept (LIBLINEAR would penalise it), C = 1.
Both objectives are computed in double precision: scikit-learn's here, tagma's in bench_linear. OPENBLAS_CORETYPE is set
for the machine before numpy is loaded, in case it matters. CPU seconds are printed beside wall seconds, since a busy
machine disturbs those less.
"""
import argparse
import json
import os
import resource
import subprocess
import tempfile
import time

os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX")
import numpy as np
import scipy.sparse as sp
import warnings
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier


def cpu_seconds():
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def tagma(program, data, threads, settings, dump=None):
    command = [program, data, "--threads", str(threads)] + (["--dump", dump] if dump else [])
    for setting in settings:
        command += ["--set", setting]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def load(prefix, rows, features, labels):
    read = lambda part, kind: np.fromfile(f"{prefix}.{part}", dtype=kind)
    x = sp.csr_matrix((read("values", "<f4").astype(np.float64), read("columns", "<i4"), read("starts", "<i8")), shape=(rows, features))
    ids, starts = read("labels", "<i4"), read("label_starts", "<i8")
    return x, sp.csr_matrix((np.ones(len(ids)), ids, starts), shape=(rows, labels))


def liblinear(x, y, tol, jobs):
    model = OneVsRestClassifier(LogisticRegression(solver="liblinear", C=1, fit_intercept=False, tol=tol), n_jobs=jobs)
    cpu, wall = cpu_seconds(), time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(x, y)
    return model, time.perf_counter() - wall, cpu_seconds() - cpu


def objective(model, x, y):
    total = 0.0
    for j, one in enumerate(model.estimators_):
        if not hasattr(one, "coef_"):  # a label with one truth only: tagma leaves its weights 0
            total += x.shape[0] * np.log(2)
            continue
        w = one.coef_.ravel()
        margin = (x @ w) * (2 * np.asarray(y[:, j].todense()).ravel() - 1)
        total += np.logaddexp(0, -margin).sum() + w @ w / 2
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("data")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--tol", type=float, default=1e-4)
    parser.add_argument("--set", action="append", default=[], help="further settings of the learner, key=value")
    arguments = parser.parse_args()
    settings = ["bias=false"] + arguments.set
    with tempfile.TemporaryDirectory() as folder:
        first = tagma(arguments.program, arguments.data, arguments.threads, settings, folder + "/data")
        x, y = load(folder + "/data", first["rows"], first["features"], first["labels"])
    rows = []
    for _ in range(arguments.repeat):
        ours = tagma(arguments.program, arguments.data, arguments.threads, settings)
        model, wall, cpu = liblinear(x, y, arguments.tol, None if arguments.threads == 1 else arguments.threads)
        rows.append((ours["seconds"], ours["cpu_seconds"], wall, cpu))
    theirs = objective(model, x, y)
    ratio = sorted(r[2] / r[0] for r in rows)
    cpu_ratio = sorted(r[3] / r[1] for r in rows)
    median = lambda values: float(np.median(list(values)))
    print(f"{arguments.data}: {x.shape[0]} x {x.shape[1]}, {x.nnz} stored, {y.shape[1]} labels, {arguments.threads} threads")
    print(f"  scikit-learn  {median(r[2] for r in rows):8.3f} s wall  {median(r[3] for r in rows):8.3f} s cpu  objective {theirs:.4f}")
    print(f"  tagma         {median(r[0] for r in rows):8.3f} s wall  {median(r[1] for r in rows):8.3f} s cpu  objective {ours['liblinear_objective']:.4f}"
          f"  (relative {ours['liblinear_objective'] / theirs - 1:+.2e})")
    print(f"  ratio of interleaved runs: wall {median(ratio):.1f} ({ratio[0]:.1f} to {ratio[-1]:.1f}), cpu {median(cpu_ratio):.1f}"
          f" ({cpu_ratio[0]:.1f} to {cpu_ratio[-1]:.1f})")


if __name__ == "__main__":
    main()
