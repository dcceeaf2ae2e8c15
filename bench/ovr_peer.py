"""One against the rest, label by label, by scikit-learn's LIBLINEAR (dual coordinate descent, squared hinge, C = 1, bias as
a penalised constant feature, tolerance 0.1, unit rows) beside tagma's panels on the same data; interleaved pairs.

    ovr_peer.py BENCH_OVR TRAIN TEST [--pairs N] [--labels K]

--labels K trains the peer on K labels only, every (labels / K)-th by frequency, and extrapolates; precision is then not
computed. Times are CPU seconds of one thread.
"""
import argparse
import json
import subprocess
import tempfile
import time
import warnings

import numpy
import scipy.sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC


def read(prefix, columns):
    values = {name: numpy.fromfile(f"{prefix}.{name}", kind) for name, kind in
              [("starts", "i8"), ("columns", "i4"), ("values", "f4"), ("label_starts", "i8"), ("labels", "i4")]}
    rows = len(values["starts"]) - 1
    x = scipy.sparse.csr_matrix((values["values"].astype("f8"), values["columns"], values["starts"]), shape=(rows, columns))
    length = numpy.sqrt(numpy.asarray(x.multiply(x).sum(axis=1)).ravel())
    length[length == 0] = 1
    return scipy.sparse.diags(1 / length) @ x, values["label_starts"], values["labels"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bench")
    parser.add_argument("train")
    parser.add_argument("test")
    parser.add_argument("--pairs", type=int, default=1)
    parser.add_argument("--labels", type=int, default=0)
    request = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    with tempfile.TemporaryDirectory() as folder:
        command = [request.bench, request.train, request.test, "--threads", "1"]
        for pair in range(request.pairs):
            dump = ["--dump", folder + "/data"] if pair == 0 else []
            ours = json.loads(subprocess.run(command + dump, check=True, capture_output=True, text=True).stdout)
            x, starts, ids = read(folder + "/data.train", ours["features"])
            x = x.tocsr()
            by_label = scipy.sparse.csr_matrix((numpy.ones(len(ids)), ids, starts), shape=(x.shape[0], ours["labels"])).tocsc()
            counts = numpy.diff(by_label.indptr)
            order = [label for label in numpy.argsort(-counts, kind="stable") if 0 < counts[label] < x.shape[0]]
            chosen = order[:: max(1, len(order) // request.labels)] if request.labels else order
            begin = time.process_time()
            for label in chosen:
                y = numpy.zeros(x.shape[0])
                y[by_label.indices[by_label.indptr[label]:by_label.indptr[label + 1]]] = 1
                LinearSVC(C=1, tol=0.1, dual=True, loss="squared_hinge", random_state=1).fit(x, y)
            seconds = (time.process_time() - begin) * len(order) / len(chosen)
            print(f"labels {len(order)}: tagma {ours['learn_cpu_s']:.2f} s, LIBLINEAR {seconds:.2f} s"
                  f"{f' (from {len(chosen)} labels)' if len(chosen) < len(order) else ''}, ratio {seconds / ours['learn_cpu_s']:.1f}, "
                  f"tagma P@1/3/5 {ours['precision_at_1']}/{ours['precision_at_3']}/{ours['precision_at_5']}", flush=True)


if __name__ == "__main__":
    main()
