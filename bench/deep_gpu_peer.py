#!/usr/bin/env python3
"""Training on a GPU against a plain PyTorch loop: resnet 50 and vit base at 224 px, products in bfloat16, batch 128.

The loop is eager PyTorch with torchvision's networks, autocast, AdamW and clipping; its pictures lie on the GPU before the clock starts, as
8-bit numbers. tagma reads PNG files, decodes them, and carries every batch to the GPU. Both figures are of epochs after the first, so that
neither start nor reading counts: tagma's from the difference of two trainings of different lengths. Needs PyTorch and torchvision for CUDA.
Usage: bench/deep_gpu_peer.py PROGRAM [--rounds 2] [--rows 2048] [--epochs 5]"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

CASES = {"resnet 50": ["--learner", "resnet", "--learner.depth", "50"], "vit base": ["--learner", "vit", "--learner.model", "base"]}
BATCH, SIZE = 128, 224

PEER = r"""
import sys, time, torch, torchvision
from torch import nn
name, rows, epochs, batch, size, last = sys.argv[1], *map(int, sys.argv[2:7])
torch.manual_seed(1)
net = (torchvision.models.resnet50 if name == "resnet 50" else torchvision.models.vit_b_16)(num_classes=10).cuda()
form = torch.channels_last if last else torch.contiguous_format
net = net.to(memory_format=form)
pixels = torch.randint(0, 256, (rows, 3, size, size), dtype=torch.uint8, device="cuda")
truth = (torch.rand(rows, 10, device="cuda") < 0.2).float()
optimiser = torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=0.01)
loss_of = nn.BCEWithLogitsLoss(reduction="sum")
def epoch():
    order = torch.randperm(rows, device="cuda")
    for first in range(0, rows, batch):
        at = order[first:first + batch]
        x = ((pixels[at].float() / 255 - 0.5) / 0.25).contiguous(memory_format=form)
        optimiser.zero_grad()
        with torch.autocast("cuda", torch.bfloat16):
            y = net(x)
        loss = loss_of(y.float(), truth[at]) / len(at)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        loss.item()
epoch()
torch.cuda.synchronize()
start = time.perf_counter()
for _ in range(epochs):
    epoch()
torch.cuda.synchronize()
print((time.perf_counter() - start) / epochs)
"""


def ours(program, data, words, epochs, folder):
    out = subprocess.run([program, "train", data, "--out", os.path.join(folder, "m.tagma"), *words, "--learner.epochs", str(epochs), "--learner.batch",
                          str(BATCH), "--learner.arithmetic", "bf16", "--learner.device", "cuda", "--json", "--quiet"], capture_output=True, text=True)
    if out.returncode != 0:
        sys.exit(out.stderr)
    return json.loads(out.stdout)["seconds"]


def theirs(name, options, last):
    out = subprocess.run([sys.executable, "-c", PEER, name, str(options.rows), str(options.epochs), str(BATCH), str(SIZE), str(last)], capture_output=True,
                         text=True)
    if out.returncode != 0:
        sys.exit(out.stderr)
    return float(out.stdout)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("program")
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--rows", type=int, default=2048)
    options.add_argument("--epochs", type=int, default=5)
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([options.program, "generate", "ranked-digits", "--out", folder, "--rows", str(options.rows), "--size", str(SIZE), "--colour",
                        "--valid", "0", "--test", "0", "--quiet"], check=True, capture_output=True)
        data = os.path.join(folder, "train.jsonl")
        for name, words in CASES.items():
            rounds = []
            for _ in range(options.rounds):
                first = ours(options.program, data, words, 1, folder)
                more = (ours(options.program, data, words, 1 + options.epochs, folder) - first) / options.epochs
                rounds.append((more, theirs(name, options, 0), theirs(name, options, 1), first))
            mine, plain, last, first = (statistics.median(each) for each in zip(*rounds))
            print(f"{name}: {options.rows / mine:.0f} pictures/s; PyTorch {options.rows / plain:.0f} ({plain / mine:.2f}x), with channels last "
                  f"{options.rows / last:.0f} ({last / mine:.2f}x); a training of one epoch, start and reading included, {first:.1f} s", flush=True)


if __name__ == "__main__":
    main()
