#!/usr/bin/python3
"""Times tagma's metrics beside scikit-learn's on [100,000 x 200] scores, interleaved, and prints the ratios.

Run: /usr/bin/python3 bench/metrics_peer.py build/release/bin/bench_metrics [rounds]
Both sides see 5% present labels and logistic scores of the same distribution. Times are medians of the rounds, wall
clock; tagma on two threads, scikit-learn on as many as it takes (one). Last: Kendall's tau-b against scipy, [200 x 1000].
"""
import json
import statistics
import subprocess
import sys
import time

import numpy as np
from scipy import stats
from sklearn import metrics as m

ROWS, LABELS = 100_000, 200


def data():
    rng = np.random.default_rng(1)
    truth = rng.random((ROWS, LABELS)) < 0.05
    scores = (1 / (1 + np.exp(2.5 - rng.standard_normal((ROWS, LABELS)) - 2 * truth))).astype(np.float32)
    return truth.astype(np.int8), scores


def timed(f):
    start = time.perf_counter()
    f()
    return 1000 * (time.perf_counter() - start)


def own(program, name):
    text = subprocess.run([program, f"--benchmark_filter={name}/real_time$", "--benchmark_format=json",
                           "--benchmark_min_time=0.3"], capture_output=True, check=True, text=True).stdout
    row = json.loads(text)["benchmarks"][0]
    return row["real_time"], row["extra_MB"] / row["scores_MB"]


def main():
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    truth, scores = data()
    peers = {
        "macro_map": lambda: m.average_precision_score(truth, scores, average="macro"),
        "micro_map": lambda: m.average_precision_score(truth, scores, average="micro"),
        "macro_auc": lambda: m.roc_auc_score(truth, scores, average="macro"),
        "ranking_loss": lambda: m.label_ranking_loss(truth, scores),
        "lrap": lambda: m.label_ranking_average_precision_score(truth, scores),
        "coverage_error": lambda: m.coverage_error(truth, scores),
        "macro_f1": lambda: m.f1_score(truth, scores >= 0.5, average="macro", zero_division=0),
    }
    print(f"{'metric':16} {'tagma ms':>9} {'sklearn ms':>11} {'ratio':>7} {'extra/scores':>13}")
    total_own = total_peer = 0
    for name, peer in peers.items():
        ours, theirs, memory = [], [], 0
        for _ in range(rounds):
            ms, memory = own(program, f"big/{name}")
            ours.append(ms)
            theirs.append(timed(peer))
        a, b = statistics.median(ours), statistics.median(theirs)
        total_own, total_peer = total_own + a, total_peer + b
        print(f"{name:16} {a:9.1f} {b:11.0f} {b / a:6.0f}x {memory:13.2f}", flush=True)
    print(f"{'sum':16} {total_own:9.1f} {total_peer:11.0f} {total_peer / total_own:6.0f}x")
    tau = timed(lambda: [stats.kendalltau(s, t) for s, t in zip(scores[:1000].reshape(200, 1000), truth[:1000].reshape(200, 1000))])
    ms, _ = own(program, "wide/kendall_tau_b")
    print(f"kendall_tau_b [10,000 x 1000] {ms:.0f} ms; scipy {tau * 50:.0f} ms (from 200 rows): {tau * 50 / ms:.0f}x")


if __name__ == "__main__":
    main()
