#!/usr/bin/env python3
"""Networks on a GPU, checked with the program as a user runs it: the same bytes for the same seed, a training that is killed goes on,
scores as on the CPU, and a training as good as one on the CPU. Exit 1 when something is wrong.
Usage: tests/deep/gpu_check.py PROGRAM (a build whose LibTorch is for CUDA, on a machine with a GPU). Needs python3-numpy."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
PICTURES = {"cnn": ["--learner", "cnn"], "resnet 18": ["--learner", "resnet"], "vit tiny": ["--learner", "vit", "--learner.patch", "8"],
            "cnn bf16": ["--learner", "cnn", "--learner.arithmetic", "bf16"]}
LOSSES = ["bce", "any-class", "unimlr", "lsep"]
wrong = 0


def run(*words, cpu=False, **more):
    env = dict(os.environ, CUDA_VISIBLE_DEVICES="") if cpu else None
    return subprocess.run([PROGRAM, *map(str, words), "--quiet"], check=True, capture_output=True, text=True, env=env, **more).stdout


def say(what, good, note=""):
    global wrong
    wrong += not good
    print(f"{what:<46} {'agrees' if good else 'WRONG'}  {note}", flush=True)


def bytes_of(path):
    return pathlib.Path(path).read_bytes()


def scores_agree(model, data, cpu_name, gpu_name):
    run("predict", model, data, "--out", gpu_name)
    run("predict", model, data, "--out", cpu_name, cpu=True)
    gpu, cpu = numpy.load(gpu_name), numpy.load(cpu_name)
    apart = float(numpy.abs(gpu - cpu).max())
    return apart < 2e-2, f"apart by {apart:.1e} at most"  # GPU convolutions round their factors to 10 bits (TF32)


def value(model, data, metric):
    return json.loads(run("evaluate", model, data, "--json"))["metrics"][metric]["value"]


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        run("generate", "ranked-digits", "--out", "d", "--rows", 1500, "--size", 32, "--digits_most", 4)
        run("generate", "graded", "--out", "g", "--rows", 1500)
        train = lambda out, *words, **more: run("train", "d/train.jsonl", "--valid", "d/valid.jsonl", "--out", out, "--learner.epochs", 4, *words, **more)
        for name, words in PICTURES.items():
            train("a.tagma", *words, "--learner.device", "cuda")
            train("b.tagma", *words, "--learner.device", "cuda", "--threads", 2)
            say(f"{name}: same bytes", bytes_of("a.tagma") == bytes_of("b.tagma"))
            say(f"{name}: scores as on the CPU", *scores_agree("a.tagma", "d/test.jsonl", "c.npy", "g.npy"))
        for loss in LOSSES:
            words = ["--learner", "cnn", "--loss", loss, "--learner.epochs", 12]
            run("train", "d/train.jsonl", "--out", "gpu.tagma", *words, "--learner.device", "cuda")
            run("train", "d/train.jsonl", "--out", "cpu.tagma", *words, "--learner.device", "cpu", "--threads", os.cpu_count())
            gpu, cpu = (value(model, "d/test.jsonl", "macro_map") for model in ("gpu.tagma", "cpu.tagma"))
            say(f"cnn {loss}: as good as on the CPU", abs(gpu - cpu) < 0.05, f"macro_map {gpu:.3f} and {cpu:.3f}")
        for data in ("g/train.svm", "g/train.jsonl"):
            if not os.path.exists(data):
                continue
            run("train", data, "--out", "gpu.tagma", "--learner", "mlp", "--learner.device", "cuda", "--learner.epochs", 5)
            run("train", data, "--out", "again.tagma", "--learner", "mlp", "--learner.device", "cuda", "--learner.epochs", 5)
            say(f"mlp on {data}: same bytes", bytes_of("gpu.tagma") == bytes_of("again.tagma"))
            say(f"mlp on {data}: scores as on the CPU", *scores_agree("gpu.tagma", data, "c.npy", "g.npy"))
        words = ["--learner", "cnn", "--learner.device", "cuda", "--learner.epochs", 60]
        start = time.monotonic()
        run("train", "d/train.jsonl", "--out", "whole.tagma", *words)
        took = time.monotonic() - start
        killed = subprocess.Popen([PROGRAM, "train", "d/train.jsonl", "--out", "killed.tagma", *map(str, words), "--quiet"])
        time.sleep(0.7 * took)
        killed.kill()
        killed.wait()
        kept = os.path.exists("killed.tagma.part")
        run("train", "d/train.jsonl", "--out", "killed.tagma", *words)
        say("a killed training goes on", kept and bytes_of("whole.tagma") == bytes_of("killed.tagma"), f"{took:.1f} s")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
