#!/usr/bin/env python3
"""What thurstone adds to unimlr, on data of known significance (generator graded): a scale that compares between rows, other noise,
any label's presence, ties; plackett-luce; and thurstone-factor where labels share noise, all of them or two groups. Prints Markdown.

    bench/experiments/thurstone.py build/dev/bin/tagma > tables.md
    bench/experiments/thurstone.py build/dev/bin/tagma --case "of a row share"    # the tables with that word in their name

Fresh draws of 10,000 rows for each seed; mean and 95 % half width over the seeds. `of all`: Pearson correlation of score and true mean
significance over all cells of the test rows together; `in a row`: the mean of those within rows. Needs python3-numpy."""
import argparse
import concurrent.futures
import pathlib
import shutil
import tempfile

import numpy

from common import Tagma, cell

LEARNERS = {"linear": [], "mlp": ["--learner", "mlp", "--learner.device", "cpu", "--learner.widths", "64", "--learner.epochs", "15", "--learner.dropout", "0.2"]}
BASE = {"unimlr": ["--loss", "unimlr"], "plackett-luce": ["--loss", "plackett-luce"]}
THURSTONE = ["--loss", "thurstone"]
NOISE = BASE | {f"thurstone anchor {a}": [*THURSTONE, "--loss.anchor", a] for a in ("0.01", "0.1", "1")} | {
    f"thurstone {n}, anchor 0.1": [*THURSTONE, "--loss.anchor", "0.1", "--loss.noise", n] for n in ("logistic", "laplace")}
ANY = {"unimlr": ["--loss", "unimlr"]} | {f"any {a}, {m}": [*THURSTONE, "--loss.any", a, "--loss.any_mean", m] for a in ("1", "5") for m in ("mean", "precision")}
TIES = {"unimlr": ["--loss", "unimlr"]} | {f"tie {t}": [*THURSTONE, "--loss.tie", t] for t in ("0", "0.2", "0.5")} | {
    f"davidson, tie {t}": [*THURSTONE, "--loss.noise", "davidson", "--loss.tie", t] for t in ("0.5", "1", "2")}
CALIBRATED = ", calibrated"  # tuned by platt on the held-out rows
FACTOR = {loss + tuned: ["--loss", loss] for loss in ("unimlr", "thurstone-factor") for tuned in ("", CALIBRATED)}
GROUPS = {loss + tuned: words for loss, words in ({"unimlr": ["--loss", "unimlr"]} | {
    f"thurstone-factor, rank {r}": ["--loss", "thurstone-factor", "--loss.rank", r] for r in (1, 2, 3)}).items() for tuned in ("", CALIBRATED)}
CASES = {"additive noise": (["--noise", "additive"], NOISE), "noise that differs by row": (["--heteroscedastic", "2"], NOISE),
         "multiplicative noise": (["--noise", "multiplicative"], NOISE), "80 % of the rows without labels": (["--negatives", "0.8"], ANY),
         "grades in three buckets": (["--buckets", "3"], TIES),
         "noise that the labels of a row share": (["--shared", "1"], FACTOR),
         "noise that two groups of labels share": (["--shared", "1", "--groups", "2"], GROUPS)}
METRICS = ["kendall_tau_b", "positive_tau_b", "presence_brier", "order_brier", "micro_f1", "negative_f1"]
CALIBRATION = ["presence_brier", "presence_ece", "order_brier", "order_ece", "positive_tau_b", "micro_f1"]


def metrics_of(name):
    return CALIBRATION if CASES[name][1] in (FACTOR, GROUPS) else METRICS


def correlations(tagma, folder, model, seed):
    tagma("predict", model, folder / "test.svm", "--out", folder / "s.npy", seed=seed)
    scores, means = numpy.load(folder / "s.npy"), numpy.load(folder / "test.means.npy")
    within = [numpy.corrcoef(s, m)[0, 1] for s, m in zip(scores, means)]
    return float(numpy.nanmean(within)), float(numpy.corrcoef(scores.ravel(), means.ravel())[0, 1])


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("program")
    options.add_argument("--seeds", type=int, default=5)
    options.add_argument("--rows", type=int, default=10000)
    options.add_argument("--jobs", type=int, default=1, help="data sets at a time")
    options.add_argument("--case", default="", help="the tables with this word in their name")
    options = options.parse_args()
    tagma = Tagma(options.program)

    def learned(name, learner, seed):
        words, losses = CASES[name]
        folder = pathlib.Path(tempfile.mkdtemp(prefix="tagma-exp-"))
        tagma("generate", "graded", "--out", folder, "--rows", options.rows, "--labels", 10, *words, seed=seed)
        found = {}
        for loss, of_loss in losses.items():
            model = folder / "m.tagma"
            tagma("train", folder / "train.svm", "--valid", folder / "valid.svm", "--out", model, *LEARNERS[learner], *of_loss, seed=seed)
            if loss.endswith(CALIBRATED):
                tagma("tune", model, folder / "valid.svm", "--rule", "platt", seed=seed)
            metrics = tagma.json("evaluate", model, folder / "test.svm", seed=seed)["metrics"]
            found[loss] = [*correlations(tagma, folder, model, seed), *(metrics.get(m, {}).get("value") for m in metrics_of(name))]
        shutil.rmtree(folder)
        return found

    tables = [(name, learner) for learner in LEARNERS for name in CASES if options.case in name]
    seeds = range(1, options.seeds + 1)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = {table: [pool.submit(learned, *table, seed) for seed in seeds] for table in tables}
        for (name, learner), futures in runs.items():
            found = [future.result() for future in futures]
            print(f"\n## {name}, {learner}\n\n| loss | in a row | of all | " + " | ".join(metrics_of(name)) + " |\n|" + "---|" * (3 + len(metrics_of(name))), flush=True)
            for loss in CASES[name][1]:
                print(f"| {loss} | " + " | ".join(cell([run[loss][i] for run in found]) for i in range(2 + len(metrics_of(name)))) + " |", flush=True)


if __name__ == "__main__":
    main()
