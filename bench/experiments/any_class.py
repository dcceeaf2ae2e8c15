#!/usr/bin/env python3
"""Any-class presence likelihood against bce, focal and asymmetric, with and without class balancing, at 0.5 and with
thresholds tuned on held-out data; 20 random 60/20/20 splits (fresh draws for generated data). Prints Markdown.
Each is trained to convergence and stopped early on the held-out loss, on real data also on held-out macro_map; always by
L-BFGS, so that the solver is no confounder.

    bench/experiments/any_class.py build/release/bin/tagma ../shared/data > tables.md
"""
import pathlib
import shutil
import tempfile

from common import Tagma, arguments, cell, half_width, mean, split, table

LOSSES = [(loss, ["--loss", loss]) for loss in ("bce", "focal", "asymmetric")]
LOSSES += [(f"any-class lambda {x}", ["--loss", "any-class", "--loss.lambda", x]) for x in ("0", "0.01", "0.02", "0.05", "0.2")]
LOSSES += [(f"any-class share {x}", ["--loss", "any-class", "--loss.share", x]) for x in ("0.1", "0.3", "0.5")]
STOPS = {"held-out loss": ["--learner.metric", "loss"], "held-out macro_map": ["--learner.metric", "macro_map"],
         "convergence": ["--learner.tolerance", "1e-6"]}
METRICS = ["macro_f1", "macro_f2", "negative_f1"]


def generated(share):
    def parts(tagma, seed):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="tagma-exp-"))
        tagma("generate", "negatives", "--out", folder, "--rows", 4000, "--negatives", share, seed=seed)
        return folder, [folder / f"{part}.svm" for part in ("train", "valid", "test")]
    return parts


def birds(data, scratch):
    """The two Mulan parts as one file, so that it can be split anew."""
    def parts(tagma, seed):
        whole = scratch / "birds.svm"
        if not whole.exists():
            rows, head = [], None
            for part in ("train", "test"):
                tagma("convert", data / f"mulan/birds/birds-{part}.arff.gz", scratch / f"{part}.svm")
                lines = (scratch / f"{part}.svm").read_text().splitlines()
                head, rows = lines[0].split(), rows + lines[1:]
            whole.write_text("\n".join([f"{len(rows)} {head[1]} {head[2]}", *rows]) + "\n")
        return split(tagma, whole, seed)
    return parts


def plain(path):
    return lambda tagma, seed: split(tagma, path, seed)


def measured(tagma, train, valid, test, words, stop, seed):
    model = train.parent / "m.tagma"
    watched = [] if stop == "convergence" else ["--valid", valid]
    trained = tagma.json("train", train, *watched, "--out", model, "--learner.solver", "lbfgs", *words, *STOPS[stop], seed=seed)["facts"]
    tagma("tune", model, valid, "--rule", "label-thresholds", seed=seed)
    found = tagma.json("evaluate", model, test, seed=seed)
    figures = {f"{m} .5": found["at_standard"][m]["value"] for m in METRICS}
    figures |= {f"{m} tuned": found["metrics"][m]["value"] for m in METRICS}
    return figures | {"macro_map": found["metrics"]["macro_map"]["value"], "iterations": trained["iterations"]}


def differences(results, columns):
    rows = []
    for (loss, balance), runs in results.items():
        if loss == "bce":
            continue
        row = [loss, balance]
        for column in columns:
            gaps = [100 * (a[column] - b[column]) for a, b in zip(runs, results["bce", balance])]
            text = f"{mean(gaps):+.1f} ±{half_width(gaps):.1f}"
            row.append(f"**{text}**" if abs(mean(gaps)) > half_width(gaps) else text)
        rows.append(row)
    return rows


def main():
    args = arguments(__doc__)
    tagma, data = Tagma(args.program), pathlib.Path(args.data)
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="tagma-exp-"))
    sets = {"birds": birds(data, scratch), "YeastCC": plain(data / "pml/YeastCC.npz")}
    sets |= {f"negatives {int(100 * s)} %": generated(s) for s in (0.3, 0.54, 0.8, 0.95)}
    head = ["loss", "balance", "macro_f1 .5", "macro_f2 .5", "negative_f1 .5", "macro_map", "macro_f1 tuned", "macro_f2 tuned", "negative_f1 tuned"]
    for name, parts in sets.items():
        if args.only and name.replace(" ", "") not in args.only.split(",") and name.split()[0] not in args.only.split(","):
            continue
        results = {}
        for seed in range(1, args.seeds + 1):
            folder, (train, valid, test) = parts(tagma, seed)
            for balance in ("none", "effective"):
                for loss, words in LOSSES:
                    for stop in STOPS:
                        if stop == "held-out macro_map" and name.startswith("negatives"):
                            continue
                        figures = measured(tagma, train, valid, test, [*words, "--loss.balance", balance], stop, seed)
                        results.setdefault(stop, {}).setdefault((loss, balance), []).append(figures)
            shutil.rmtree(folder)
        print(f"\n## {name}")
        for stop, found in results.items():
            print(f"\n### {name}, trained to {stop}\n" if stop == "convergence" else f"\n### {name}, stopped by {stop}\n")
            print(table([*head, "iterations"], [[loss, balance, *(cell([f[h] for f in runs], 100, 1) for h in head[2:]),
                                             f"{mean([f['iterations'] for f in runs]):.0f}"] for (loss, balance), runs in found.items()]))
            print("Paired differences to bce with the same balance (points, mean ± 95 % half width over the seeds):\n")
            print(table(head, differences(found, head[2:])), flush=True)
    shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
