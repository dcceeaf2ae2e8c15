#!/usr/bin/env python3
"""Networks on ranked digits: pictures of MNIST digits ranked by size or brightness. Prints Markdown, a row as soon as it is known.

    ranking    the eight label sets of Ranked MNIST, all with digits on every canvas: unimlr, lsep and crpc, strong and weak;
               on the calibration pictures, how the mean significance follows the factor
    negatives  any-class against bce, focal and asymmetric at 30, 54, 80 and 95 % of canvases without digits, at 0.5 and with
               thresholds tuned on held-out data

    bench/experiments/ranked_digits.py ranking build/dev/bin/tagma ../shared/data/mnist > tables.md

Figures are those of one training and one draw of the data for each seed; half widths are of 95 % bootstrap intervals over the test
rows (seeds 1), or over the seeds. Needs python3-numpy."""
import argparse
import concurrent.futures
import pathlib
import shutil
import tempfile

import numpy

from common import Tagma, half_width, mean

SETS = {f"{tint} {name}": [*words, *(["--colour"] if tint == "colour" else [])]
        for tint in ("grey", "colour")
        for name, words in {"scale": ["--factor", "scale"],
                            "brightness": ["--factor", "brightness"],
                            "both, by scale": ["--factor", "both", "--ranked_by", "scale"],
                            "both, by brightness": ["--factor", "both", "--ranked_by", "brightness"]}.items()}
RANKING = {f"{loss} {mode}": ["--loss", loss, "--loss.mode", mode, *more]
           for loss, more in (("unimlr", []), ("lsep", ["--loss.threshold", "true"]), ("crpc", [])) for mode in ("strong", "weak")}
RANKING_METRICS = ["kendall_tau_b", "positive_tau_b", "spearman_rho", "goodman_kruskal_gamma", "significance_pearson", "micro_f1"]
NEGATIVES = {"bce": ["--loss", "bce"], "bce balanced": ["--loss", "bce", "--loss.balance", "effective"],
             "focal": ["--loss", "focal"], "asymmetric": ["--loss", "asymmetric"],
             "any-class lambda 0.02": ["--loss", "any-class"], "any-class share 0.3": ["--loss", "any-class", "--loss.share", "0.3"],
             "any-class balanced": ["--loss", "any-class", "--loss.balance", "effective"]}
NEGATIVES_METRICS = ["macro_f1", "macro_f2", "negative_f1"]


def row(cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def head(cells):
    row(cells)
    row(["---"] * len(cells))


class Experiment:
    def __init__(self, options):
        self.options, self.tagma, self.pool = options, Tagma(options.program), concurrent.futures.ThreadPoolExecutor(options.jobs)

    def data(self, words, seed, rows=None):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="tagma-exp-"))
        self.tagma("generate", "ranked-digits", "--out", folder, "--rows", rows or self.options.rows, "--size", self.options.size,
                   "--digits", self.options.digits, "--digits_most", self.options.digits_most, *words, seed=seed)
        return folder

    def train(self, folder, words, seed, name="m"):
        model = folder / f"{name}.tagma"
        self.tagma("train", folder / "train.jsonl", "--valid", folder / "valid.jsonl", "--out", model, "--learner", "cnn", "--learner.epochs",
                   self.options.epochs, "--learner.rate", self.options.rate, "--learner.device", self.options.device, *words, seed=seed)
        return model

    def each(self, work, *lists):
        """work on the elements of the lists, --jobs at a time; results in their order."""
        return self.pool.map(work, *lists)

    def ranking(self):
        sets = [name for name in SETS if not self.options.only or name in self.options.only.split(";")]
        seeds = range(1, self.options.seeds + 1)
        runs = [(name, seed) for name in sets for seed in seeds]
        folders = dict(zip(runs, self.each(lambda run: self.data([*SETS[run[0]], "--negatives", "0"], run[1]), runs)))
        calibrations = dict(zip(runs, self.each(lambda run: self.data([*SETS[run[0]], "--set", "calibration"], run[1], 400), runs)))

        def learned(run, loss):
            folder, seed, file = folders[run], run[1], loss.replace(" ", "-")
            model = self.train(folder, RANKING[loss], seed, file)
            metrics = self.tagma.json("evaluate", model, folder / "test.jsonl", "--interval", seed=seed)["metrics"]
            return {m: metrics[m] for m in RANKING_METRICS}, self.calibration(model, calibrations[run], file)

        losses = [loss for loss in RANKING if loss.split()[-1] in self.options.modes.split(",")]
        todo = [(name, loss, seed) for name in sets for loss in losses for seed in seeds]
        found = {}
        for (name, loss, seed), result in zip(todo, self.each(lambda one: learned((one[0], one[2]), one[1]), todo)):
            if loss == losses[0] and seed == 1:
                print(f"\n## {name}\n")
                head(["loss", *RANKING_METRICS, "calibration: Pearson in a row", "of all", "R2 linear", "R2 log"])
            found.setdefault((name, loss), []).append(result)
            if seed == self.options.seeds:
                self.ranking_row(loss, found[name, loss])
        for folder in (*folders.values(), *calibrations.values()):
            shutil.rmtree(folder)

    def ranking_row(self, loss, runs):
        row([loss, *(self.cell([figures[m] for figures, _ in runs]) for m in RANKING_METRICS),
             *(f"{mean([c[i] for _, c in runs]):.3f}" for i in range(4))])

    @staticmethod
    def cell(runs):
        values = [run["value"] for run in runs]
        if len(values) > 1:
            return f"{mean(values):.3f} ±{half_width(values):.3f}"
        return f"{values[0]:.3f} ±{(runs[0]['high'] - runs[0]['low']) / 2:.3f}"

    def calibration(self, model, folder, name):
        """Pearson of score and factor within rows and over all cells; R2 of the mean score of a factor, against it and its logarithm."""
        self.tagma("predict", model, folder / "test.jsonl", "--out", folder / f"{name}.npy")
        scores, factors = numpy.load(folder / f"{name}.npy"), numpy.load(folder / "test.factors.npy")
        present = factors > 0
        within = [numpy.corrcoef(s[p], f[p])[0, 1] for s, f, p in zip(scores, factors, present) if s[p].std() > 0]
        levels = sorted(set(numpy.round(factors[present], 4)))
        means = numpy.array([scores[numpy.isclose(factors, level, atol=1e-3)].mean() for level in levels])
        r2 = lambda x: numpy.corrcoef(x, means)[0, 1] ** 2
        return (float(numpy.mean(within)), float(numpy.corrcoef(scores[present], factors[present])[0, 1]), float(r2(numpy.array(levels))),
                float(r2(numpy.log(numpy.array(levels)))))

    def negatives(self):
        shares, seeds = self.options.shares.split(","), range(1, self.options.seeds + 1)
        runs = [(share, seed) for share in shares for seed in seeds]
        folders = dict(zip(runs, self.each(lambda run: self.data(["--factor", "both", "--negatives", run[0], "--clutter"], run[1]), runs)))

        def learned(share, loss, seed):
            folder = folders[share, seed]
            model = self.train(folder, NEGATIVES[loss], seed, loss.replace(" ", "-"))
            self.tagma("tune", model, folder / "valid.jsonl", "--rule", "label-thresholds", seed=seed)
            whole = self.tagma.json("evaluate", model, folder / "test.jsonl", "--interval", seed=seed)
            plain, tuned = whole["at_standard"], whole["metrics"]
            return [*(plain[m] for m in NEGATIVES_METRICS), *(tuned[m] for m in NEGATIVES_METRICS), tuned["macro_map"]]

        todo = [(share, loss, seed) for share in shares for loss in NEGATIVES for seed in seeds]
        found = {}
        for (share, loss, seed), result in zip(todo, self.each(lambda one: learned(*one), todo)):
            if loss == next(iter(NEGATIVES)) and seed == 1:
                print(f"\n## {round(100 * float(share))} % of the canvases without digits\n")
                head(["loss", *(f"{m} at 0.5" for m in NEGATIVES_METRICS), *(f"{m} tuned" for m in NEGATIVES_METRICS), "macro_map"])
            found.setdefault((share, loss), []).append(result)
            if seed == self.options.seeds:
                row([loss, *(self.plain_cell([run[i] for run in found[share, loss]]) for i in range(7))])
        for folder in folders.values():
            shutil.rmtree(folder)

    def plain_cell(self, runs):
        if len(runs) == 1 and "low" not in runs[0]:
            return f"{runs[0]['value']:.3f}"
        return self.cell(runs)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("part", choices=["ranking", "negatives"])
    options.add_argument("program")
    options.add_argument("digits", help="folder with the idx files of MNIST")
    options.add_argument("--seeds", type=int, default=1)
    options.add_argument("--rows", type=int, default=5000, help="of train, valid and test together, 60/20/20")
    options.add_argument("--size", type=int, default=56)
    options.add_argument("--digits_most", type=int, default=10)
    options.add_argument("--epochs", type=int, default=15)
    options.add_argument("--rate", type=float, default=0.003)
    options.add_argument("--shares", default="0.3,0.54,0.8,0.95")
    options.add_argument("--device", default="auto", help="cpu, cuda or auto")
    options.add_argument("--jobs", type=int, default=1, help="trainings at a time")
    options.add_argument("--only", help="label sets, parted by semicolons")
    options.add_argument("--modes", default="strong,weak", help="of the losses of a ranking")
    options = options.parse_args()
    if not set(options.modes.split(",")) <= {"strong", "weak"}:
        raise SystemExit(f"--modes {options.modes}: allowed are strong, weak, and both with a comma")
    getattr(Experiment(options), options.part)()


if __name__ == "__main__":
    main()
