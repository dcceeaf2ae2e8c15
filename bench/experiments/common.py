"""What the experiment scripts share: running tagma, seeds, paired means with intervals, Markdown tables."""
import argparse
import json
import math
import pathlib
import subprocess
import sys
import tempfile

# two-sided 95 % quantiles of Student's t for n - 1 degrees of freedom
T95 = {2: 12.71, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262, 15: 2.145, 20: 2.093}


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("program", help="the tagma program")
    parser.add_argument("data", help="folder of the shared data sets")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--only", default="", help="data sets, comma-separated")
    return parser.parse_args()


class Tagma:
    def __init__(self, program):
        self.program = str(pathlib.Path(program).resolve())

    def __call__(self, *words, seed=1):
        line = [self.program, *map(str, words), "--seed", str(seed), "--threads", "1", "--quiet"]
        done = subprocess.run(line, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(line)}\n{done.stderr}")
        return done.stdout

    def json(self, *words, seed=1):
        return json.loads(self(*words, "--json", seed=seed))


def split(tagma, path, seed, read=()):
    """A fresh 60/20/20 split in a scratch folder; paths of train, valid, test."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tagma-exp-"))
    tagma("split", path, "--out", folder, "--parts", "train=0.6,valid=0.2,test=0.2", "--out-format", "svm", *read, seed=seed)
    return folder, [folder / f"{part}.svm" for part in ("train", "valid", "test")]


def mean(values):
    return sum(values) / len(values)


def half_width(values):
    n = len(values)
    if n < 2:
        return float("nan")
    m = mean(values)
    deviation = math.sqrt(sum((v - m) ** 2 for v in values) / (n - 1))
    return T95.get(n, 2.0) * deviation / math.sqrt(n)


def cell(values, factor=1.0, digits=3):
    values = [v * factor for v in values if v is not None]
    if not values:
        return "-"
    return f"{mean(values):.{digits}f} ±{half_width(values):.{digits}f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
