#!/usr/bin/env python3
"""Label significance: unimlr strong and weak, lsep, crpc, ranknet and label-distribution KL on data with graded labels,
20 random 60/20/20 splits. Prints Markdown.

    bench/experiments/significance.py build/release/bin/tagma ../shared/data > tables.md
"""
import pathlib
import shutil

from common import Tagma, arguments, cell, split, table

LOSSES = [("unimlr strong", ["--loss", "unimlr", "--loss.mode", "strong"]),
          ("unimlr strong, pairs present", ["--loss", "unimlr", "--loss.pairs", "present"]),
          ("unimlr weak", ["--loss", "unimlr", "--loss.mode", "weak"]),
          ("lsep strong", ["--loss", "lsep", "--loss.mode", "strong", "--loss.threshold", "true"]),
          ("lsep weak", ["--loss", "lsep", "--loss.mode", "weak", "--loss.threshold", "true"]),
          ("crpc strong", ["--loss", "crpc", "--loss.mode", "strong"]),
          ("crpc weak", ["--loss", "crpc", "--loss.mode", "weak"]),
          ("ranknet", ["--loss", "ranknet"]),
          ("ldl-kl", ["--loss", "ldl-kl"])]
METRICS = ["kendall_tau_b", "positive_tau_b", "significance_pearson", "order_brier", "order_ece", "micro_f1", "lrap"]


def main():
    args = arguments(__doc__)
    tagma, data = Tagma(args.program), pathlib.Path(args.data)
    sets = {name: (data / f"ldl/{name}.npz", []) for name in ("emotion6", "M2B", "SJAFFE", "wq")}
    sets["sushi"] = (data / "label_ranking/sushi.txt.gz", ["--format", "csv", "--label-column", "ranking"])
    for name, (path, read) in sets.items():
        if args.only and name not in args.only.split(","):
            continue
        results = {loss: [] for loss, _ in LOSSES}
        for seed in range(1, args.seeds + 1):
            folder, (train, valid, test) = split(tagma, path, seed, read)
            for loss, words in LOSSES:
                model = folder / "m.tagma"
                tagma("train", train, "--valid", valid, "--out", model, *words, seed=seed)
                found = tagma.json("evaluate", model, test, seed=seed)["metrics"]
                results[loss].append({m: found.get(m, {}).get("value") for m in METRICS})
            shutil.rmtree(folder)
        print(f"\n## {name}\n")
        print(table(["loss", *METRICS], [[loss, *(cell([r[m] for r in runs]) for m in METRICS)] for loss, runs in results.items()]),
              flush=True)


if __name__ == "__main__":
    main()
