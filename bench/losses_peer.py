#!/usr/bin/python3
"""Times tagma's losses beside the same losses composed from eager PyTorch operations, value and slopes on [4096 x 1000].

Run: /usr/bin/python3 bench/losses_peer.py build/release/bin/bench_losses [rounds]
Skips where PyTorch (Debian: python3-torch) is not installed; `make setup` leaves it out, because it takes 500 MB. Both
sides see the same logits and truth, run in turns on two threads and must agree on the value to 1e-4. Times are medians of
the rounds in ms; forward and backward, float32. Beside the wall clock stand CPU milliseconds of all threads, which a busy
machine disturbs less; PyTorch's threads sleep while they wait, so that waiting does not count. Processor level and BLAS as
printed at the top.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX" if "avx512f" in open("/proc/cpuinfo").read() else "Haswell")
os.environ.update(OMP_WAIT_POLICY="passive", GOMP_SPINCOUNT="0")
try:
    import numpy as np
    import torch
    import torch.nn.functional as F
except ImportError:
    print("skipped: PyTorch is not installed (Debian: python3-torch)")
    sys.exit(0)

ROWS, LABELS, THREADS = 4096, 1000, 2
HIDDEN = -1e9  # in place of a logit that is not to count


def bce(z, y):
    return F.binary_cross_entropy_with_logits(z, y, reduction="none").sum(1)


def focal(z, y, gamma=2):
    right = torch.exp(-F.binary_cross_entropy_with_logits(z, y, reduction="none"))
    return ((1 - right) ** gamma * F.binary_cross_entropy_with_logits(z, y, reduction="none")).sum(1)


def any_class(z, y, scale=0.02):
    some = y.amax(1, keepdim=True)
    weight = torch.where(some > 0, y + (1 - y) * scale, torch.ones_like(y))
    joint = (weight * z).sum(1) / weight.sum(1)
    return bce(z, y) + F.binary_cross_entropy_with_logits(joint, some[:, 0], reduction="none")


def asymmetric(z, y, gamma_absent=4, gamma_present=1, clip=0.05):
    p = torch.sigmoid(z)
    t = (p - clip).clamp(min=0)
    present = (1 - p) ** gamma_present * F.logsigmoid(z)
    absent = t ** gamma_absent * torch.log1p(-t)
    return -torch.where(y > 0, present, absent).sum(1)


def unimlr_classification(z, y):
    mean, log_variance = z[:, :LABELS], z[:, LABELS:]
    x = mean * torch.exp(-0.5 * log_variance)
    return -torch.special.log_ndtr(torch.where(y > 0, x, -x)).sum(1)


def zlpr(z, y):
    zero = torch.zeros_like(z[:, :1])
    absent = torch.cat([zero, z.masked_fill(y > 0, HIDDEN)], 1)
    present = torch.cat([zero, (-z).masked_fill(y == 0, HIDDEN)], 1)
    return torch.logsumexp(absent, 1) + torch.logsumexp(present, 1)


def lsep(z, y):
    above = torch.logsumexp((-z).masked_fill(y == 0, HIDDEN), 1)
    below = torch.logsumexp(z.masked_fill(y > 0, HIDDEN), 1)
    return F.softplus(above + below)


PEERS = {"bce": bce, "focal": focal, "any-class": any_class, "asymmetric": asymmetric,
         "unimlr classification": unimlr_classification, "zlpr": zlpr, "lsep": lsep}


def load(prefix, width):
    outputs = np.fromfile(f"{prefix}.{width}.outputs", np.float32).reshape(ROWS, width * LABELS)
    truth = np.fromfile(f"{prefix}.{width}.truth", np.int8).reshape(ROWS, LABELS)
    return torch.from_numpy(outputs).requires_grad_(), torch.from_numpy(truth.astype(np.float32))


def own(program, name):
    text = subprocess.run([program, f"--benchmark_filter=^{name}/(baseline|avx2|avx512)/", "--benchmark_format=json",
                           "--benchmark_min_time=0.2"], capture_output=True, check=True, text=True).stdout
    best = json.loads(text)["benchmarks"][-1]  # levels come in ascending order
    return best["real_time"], best["cpu_time"], best["value"]


def timed(loss, z, y, repeats=3):
    wall, cpu = [], []
    for _ in range(repeats):
        z.grad = None
        start, cpu_start = time.perf_counter(), time.process_time()
        value = loss(z, y).sum() / ROWS
        value.backward()
        cpu.append(1000 * (time.process_time() - cpu_start))
        wall.append(1000 * (time.perf_counter() - start))
    return min(wall), min(cpu), value.item()


def main():
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    torch.set_num_threads(THREADS)
    level = [line.split()[-1] for line in torch.__config__.show().splitlines() if "CPU capability" in line]
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, processor level {level[0] if level else '?'}"
          f" (ATEN_CPU_CAPABILITY={os.environ.get('ATEN_CPU_CAPABILITY', 'not set')}),"
          f" OPENBLAS_CORETYPE={os.environ['OPENBLAS_CORETYPE']}")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "--dump", folder + "/data"], check=True)
        data = {width: load(folder + "/data", width) for width in (1, 2)}
    print(f"{'':22} {'wall clock ms':^28} {'CPU ms':^28}")
    print(f"{'loss':22}" + f" {'tagma':>9} {'PyTorch':>10} {'ratio':>7}" * 2)
    for name, loss in PEERS.items():
        z, y = data[2 if name.startswith("unimlr") else 1]
        ours, theirs = [], []
        for _ in range(rounds):
            *times, value = own(program, name)
            ours.append(times)
            *times, peer_value = timed(loss, z, y)
            theirs.append(times)
            if not abs(value - peer_value) <= 1e-4 * abs(peer_value):
                sys.exit(f"{name}: value {value} of tagma, {peer_value} of PyTorch")
        columns = ""
        for a, b in zip(map(statistics.median, zip(*ours)), map(statistics.median, zip(*theirs))):
            columns += f" {a:9.2f} {b:10.1f} {b / a:6.1f}x"
        print(f"{name:22}{columns}", flush=True)


if __name__ == "__main__":
    main()
