#!/usr/bin/env python3
"""Training of resnet 18 against a plain PyTorch loop: same pictures, batch, optimiser, threads and LibTorch (Debian's).

The loop has its pictures decoded in memory before the clock starts; tagma's time has reading, decoding and everything else in
it but the start of the process. Rounds are interleaved. Needs python3-torch and python3-numpy.
Usage: bench/deep_peer.py PROGRAM [--rounds 3] [--threads 2]"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

CASES = [(32, 1024, 32), (224, 96, 32)]  # size, pictures, batch
LABELS = 10

PEER = r"""
import sys, time, resource, numpy as np, torch
from torch import nn
size, rows, batch, threads, path = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
torch.set_num_threads(threads)
torch.manual_seed(1)

class Block(nn.Module):
    def __init__(self, inputs, planes, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, planes, 3, stride, 1, bias=False); self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False); self.bn2 = nn.BatchNorm2d(planes)
        self.down = None
        if stride != 1 or inputs != planes:
            self.down = nn.Sequential(nn.Conv2d(inputs, planes, 1, stride, bias=False), nn.BatchNorm2d(planes))
    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu_(self.bn1(self.conv1(x)))))
        return torch.relu_(y + (x if self.down is None else self.down(x)))

class Resnet18(nn.Module):
    def __init__(self):
        super().__init__()
        large = size >= 96
        self.stem = nn.Sequential(nn.Conv2d(3, 64, 7 if large else 3, 2 if large else 1, 3 if large else 1, bias=False), nn.BatchNorm2d(64),
                                  nn.ReLU(True), nn.MaxPool2d(3, 2, 1) if large else nn.Identity())
        blocks, inputs = [], 64
        for stage, planes in enumerate((64, 128, 256, 512)):
            for b in range(2):
                blocks.append(Block(inputs, planes, 2 if b == 0 and stage else 1)); inputs = planes
        self.blocks, self.head = nn.Sequential(*blocks), nn.Linear(512, 10)
    def forward(self, x):
        return self.head(self.blocks(self.stem(x)).mean((2, 3)))

pixels = torch.from_numpy(np.random.default_rng(1).integers(0, 255, (rows, 3, size, size), dtype=np.uint8))
truth = (torch.rand(rows, 10) < 0.2).float()
net = Resnet18(); optimiser = torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=0.01)
loss_of = nn.BCEWithLogitsLoss(reduction="sum")
def epoch():
    order = torch.randperm(rows)
    for first in range(0, rows, batch):
        at = order[first:first + batch]
        x = (pixels[at].float() / 255 - 0.5) / 0.25
        optimiser.zero_grad()
        loss = loss_of(net(x), truth[at]) / len(at)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        loss.item()
cpu = lambda: sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
start, used = time.perf_counter(), cpu()
epoch()
print(time.perf_counter() - start, cpu() - used)
"""


def ours(program, data, threads, batch, folder):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run([program, "train", data, "--out", os.path.join(folder, "m.tagma"), "--learner", "resnet", "--learner.epochs", "1",
                          "--learner.batch", str(batch), "--threads", str(threads), "--json", "--quiet"], check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return json.loads(out.stdout)["seconds"], after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def theirs(size, rows, batch, threads):
    out = subprocess.run([sys.executable if sys.executable.startswith("/usr/bin") else "/usr/bin/python3", "-c", PEER, str(size), str(rows),
                          str(batch), str(threads), "-"], check=True, capture_output=True, text=True)
    return tuple(map(float, out.stdout.split()))


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("program")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--threads", type=int, default=os.cpu_count())
    options = options.parse_args()
    print(f"{'size':>5} {'pictures/s':>11} {'PyTorch':>9} {'ratio':>7} {'CPU ratio':>10}   over {options.rounds} interleaved rounds, {options.threads} threads")
    for size, rows, batch in CASES:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([options.program, "generate", "ranked-digits", "--out", folder, "--rows", str(rows), "--size", str(size), "--colour",
                            "--valid", "0", "--test", "0", "--quiet"], check=True, capture_output=True)
            pairs = [(ours(options.program, os.path.join(folder, "train.jsonl"), options.threads, batch, folder), theirs(size, rows, batch, options.threads))
                     for _ in range(options.rounds)]
        mine, peer = (statistics.median(pair[side][0] for pair in pairs) for side in (0, 1))
        ratios = sorted(pair[1][0] / pair[0][0] for pair in pairs)
        cpu = statistics.median(pair[1][1] / pair[0][1] for pair in pairs)
        print(f"{size:>5} {rows / mine:>11.1f} {rows / peer:>9.1f} {statistics.median(ratios):>6.2f}x {cpu:>9.2f}x   ratios {ratios[0]:.2f} to {ratios[-1]:.2f}")


if __name__ == "__main__":
    main()
