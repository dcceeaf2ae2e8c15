#!/usr/bin/python3
"""Times tagma's text features beside scikit-learn's TfidfVectorizer on the same texts, and prints the ratios.

Run: /usr/bin/python3 bench/text_peer.py build/release/bin/bench_text [rounds]
Both sides find words, count a vocabulary of those in two texts or more, and make rows of log counts times idf of length 1;
one thread each, CPU seconds, medians of interleaved rounds. Texts: those of bench/text.cc, from $TAGMA_DATA.
"""
import gzip
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

from sklearn.feature_extraction.text import TfidfVectorizer

DATA = pathlib.Path(os.environ.get("TAGMA_DATA", "../shared/data"))


def lines(path):
    with gzip.open(DATA / path, "rt", encoding="utf-8", newline="\n") as file:
        return [line.rstrip("\n").split("\t")[0] for line in file]


def reuters():
    texts = []
    for path in sorted((DATA / "reuters21578").glob("*.sgm.gz")):
        with gzip.open(path, "rt", encoding="latin-1") as file:
            texts += re.findall(r"<BODY>(.*?)</BODY>", file.read(), re.S)
    return texts


SETS = {
    "yso": lambda: lines("yso_finna_en/train.tsv.gz"),
    "goemotions": lambda: lines("goemotions/train.tsv.gz"),
    "reuters": reuters,
    "tib_en": lambda: lines("tib_core/dev_en.tsv.gz"),
    "tib_german": lambda: lines("tib_core/dev_orig.tsv.gz"),
}


def tagma(program, step, name):
    command = [program, f"--benchmark_filter=^{step}/{name}/words$", "--benchmark_format=json"]
    found = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return found["benchmarks"][0]["cpu_time"] / 1e3


def peer(step, texts, fitted):
    start = time.process_time()
    if step == "fit":
        fitted.fit(texts)
    else:
        fitted.transform(texts)
    return time.process_time() - start


def main():
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    print("texts        step        MB     tagma s  MB/s   scikit-learn s  MB/s   ratio")
    for name, load in SETS.items():
        texts = load()
        size = sum(len(text.encode()) for text in texts) / 1e6
        vectorizer = TfidfVectorizer(sublinear_tf=True, min_df=2, token_pattern=r"[^\W_]+")
        for step in ("fit", "transform"):
            times = [(tagma(program, step, name), peer(step, texts, vectorizer)) for _ in range(rounds)]
            ours, theirs = (statistics.median(column) for column in zip(*times))
            print(f"{name:12} {step:9} {size:6.1f}  {ours:8.3f} {size / ours:6.0f}  {theirs:12.3f} {size / theirs:8.1f}  {theirs / ours:6.1f}", flush=True)


main()
