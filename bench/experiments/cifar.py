#!/usr/bin/env python3
"""Photographs with what people said of them: the first 5,000 training images of CIFAR-10 and the three labels that three people gave
each (CIFAR-10N). Labels are learned as one (what most said), as a set (what anyone said) and by grade (how many said it). Prints Markdown.

    bench/experiments/cifar.py build/dev/bin/tagma ../shared/data > table.md

3,000 images to train, 1,000 to stop early, 1,000 to test, by order; mean and 95 % half width over the seeds of the network. `true class`:
how often the best label is the class that CIFAR-10 gives. The other figures are against what people said: how well the set is ranked
(lrap), and how well the order of labels follows the votes. Needs python3-numpy and python3-pil."""
import argparse
import collections
import concurrent.futures
import json
import pathlib
import shutil
import tempfile

import numpy
import PIL.Image

from common import Tagma, cell

CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
PARTS = {"train": range(3000), "valid": range(3000, 4000), "test": range(4000, 5000)}
LEARNED = {"bce, one label": ("one", ["--loss", "bce"]), "bce, set": ("set", ["--loss", "bce"]),
           "any-class, set": ("set", ["--loss", "any-class"]), "asymmetric, set": ("set", ["--loss", "asymmetric"]),
           "ldl-kl, votes": ("votes", ["--loss", "ldl-kl"]), "lsep, votes": ("votes", ["--loss", "lsep"]),
           "plackett-luce, votes": ("votes", ["--loss", "plackett-luce"]), "unimlr, votes": ("votes", ["--loss", "unimlr"]),
           "thurstone davidson, votes": ("votes", ["--loss", "thurstone", "--loss.noise", "davidson", "--loss.tie", "1"])}
METRICS = ["lrap", "kendall_tau_b", "positive_tau_b", "ndcg_at_3"]


def labels_as(form, said):
    """Of the three labels of an image, in the order they were given: the first of the most frequent, all, or all with votes."""
    votes = collections.Counter(CLASSES[label] for label in said)
    return {"one": [votes.most_common(1)[0][0]], "set": list(votes), "votes": dict(votes)}[form]


def write_data(folder, source):
    human = numpy.load(source / "cifar10n/CIFAR-10_human_labels.npz")
    said = numpy.stack([human[f"random_label{i}"] for i in (1, 2, 3)], axis=1)
    for sheet in range(5):
        rows = numpy.asarray(PIL.Image.open(source / f"cifar10_train_png/cifar10_batch_{sheet}.png").convert("RGB"))
        for i, row in enumerate(rows):
            PIL.Image.fromarray(row.reshape(32, 32, 3)).save(folder / f"{1000 * sheet + i:04}.png")
    for part, images in PARTS.items():
        for form in ("one", "set", "votes", "true"):
            with open(folder / f"{part}.{form}.jsonl", "w") as out:
                for i in images:
                    labels = [CLASSES[human["clean_label"][i]]] if form == "true" else labels_as(form, said[i])
                    out.write(json.dumps({"image": f"{i:04}.png", "labels": labels}) + "\n")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("program")
    options.add_argument("data", type=pathlib.Path, help="folder of the shared data sets")
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--epochs", type=int, default=15)
    options.add_argument("--jobs", type=int, default=1, help="trainings at a time")
    options = options.parse_args()
    tagma = Tagma(options.program)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tagma-exp-"))
    write_data(folder, options.data)

    def learned(name, seed):
        form, words = LEARNED[name]
        model = folder / f"{name}.{seed}.tagma"
        tagma("train", folder / f"train.{form}.jsonl", "--valid", folder / f"valid.{form}.jsonl", "--out", model, "--learner", "cnn",
              "--learner.epochs", options.epochs, "--learner.rate", "0.003", "--learner.device", "cpu", "--learner.flip", "true", "--learner.crop", "0.1", *words, seed=seed)
        true = tagma.json("evaluate", model, folder / "test.true.jsonl", "--metrics", "one_error", seed=seed)["metrics"]
        votes = tagma.json("evaluate", model, folder / "test.votes.jsonl", "--at", "3", seed=seed)["metrics"]
        return [1 - true["one_error"]["value"], *(votes[m]["value"] for m in METRICS)]

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = {name: [pool.submit(learned, name, seed) for seed in range(1, options.seeds + 1)] for name in LEARNED}
        print("| learned | true class | " + " | ".join(METRICS) + " |\n|" + "---|" * (2 + len(METRICS)), flush=True)
        for name, futures in runs.items():
            found = [future.result() for future in futures]
            print(f"| {name} | " + " | ".join(cell([run[i] for run in found]) for i in range(1 + len(METRICS))) + " |", flush=True)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
