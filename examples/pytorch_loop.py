#!/usr/bin/env python3
"""A loss of tagma in a PyTorch loop of one's own: UniMLR on a small network, whose answers say which labels apply, how
significant each is and how sure that is.
    python3 pytorch_loop.py build/dev/bin/tagma_torch.so"""
import json
import sys

try:
    import torch
except ImportError:
    print("skipped: this Python has no torch")
    sys.exit(0)

torch.ops.load_library(sys.argv[1])
torch.manual_seed(0)

# 500 examples, 3 labels. A label is present where its strength is above 0, and the stronger the more significant.
labels = 3
features = torch.randn(500, 6)
strength = features[:, :labels] - 0.4
truth = (strength > 0).to(torch.int8)   # 1 present, 0 absent, -1 unknown
truth[::7, 1] = -1                      # nobody looked at label 1 of every seventh example
grades = strength.clamp(min=0.01)       # read where a label is present

settings = json.dumps({"mode": "strong", "reduction": "paper"})
network = torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.ReLU(), torch.nn.Linear(16, 2 * labels))  # means, log-variances
optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
for step in range(200):
    optimizer.zero_grad()
    loss = torch.ops.tagma.loss(network(features), truth, grades, None, "unimlr", settings)
    loss.backward()
    optimizer.step()
    if step == 0:
        first = loss.item()

significance, spread, presence = torch.ops.tagma.read(network(features), "unimlr", settings, labels)
right = ((presence >= 0.5) == (truth == 1))[truth != -1].float().mean().item()
both = (truth[:, 0] == 1) & (truth[:, 2] == 1)
ordered = ((significance[:, 0] > significance[:, 2]) == (grades[:, 0] > grades[:, 2]))[both].float().mean().item()
print(f"loss {first:.3f} -> {loss.item():.3f}; presence right in {right:.0%}, order of labels 0 and 2 in {ordered:.0%}; "
      f"spread {spread.min().item():.2f} to {spread.max().item():.2f}")
sys.exit(0 if loss.item() < first and right > 0.9 and ordered > 0.9 else 1)
