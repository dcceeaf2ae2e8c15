#!/usr/bin/env python3
"""The operators of tagma_torch.so in PyTorch: training, numeric gradients, readings and the words of errors.
    ops_test.py tagma_torch.so
Skipped (exit 0, "skipped: ..") where this Python has no torch."""
import json
import math
import sys
import unittest

try:
    import torch
except ImportError:
    print("skipped: this Python has no torch")
    sys.exit(0)

LOSSES = {"any-class": 1, "asymmetric": 1, "bce": 1, "focal": 1, "lsep": 1, "unimlr": 2, "zlpr": 1}  # smooth; outputs per label


def batch(rows, labels, outputs, seed=0):
    """Outputs, truth of all kinds and grades, in float64."""
    generator = torch.Generator().manual_seed(seed)
    truth = torch.randint(-1, 2, (rows, labels), generator=generator).to(torch.int8)
    grades = torch.randint(1, 4, (rows, labels), generator=generator).float()
    return torch.randn(rows, outputs * labels, generator=generator, dtype=torch.float64), truth, grades


class Training(unittest.TestCase):
    def fit(self, name, settings, outputs):
        """A linear layer on rows of which half have no label, trained with the loss; scores of all rows before and after."""
        torch.manual_seed(1)
        features, labels = torch.randn(200, 8), 4
        truth = ((features[:, :labels] > 0.3) & (features[:, 5:6] > 0)).to(torch.int8)
        layer = torch.nn.Linear(8, outputs * labels)
        optimizer = torch.optim.Adam(layer.parameters(), lr=0.05)
        losses = []
        for _ in range(150):
            optimizer.zero_grad()
            loss = torch.ops.tagma.loss(layer(features), truth, None, None, name, json.dumps(settings))
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        scores, spread, presence = torch.ops.tagma.read(layer(features), name, json.dumps(settings), labels)
        return losses, scores, spread, presence, truth

    def test_any_class(self):
        losses, scores, spread, presence, truth = self.fit("any-class", {"share": 0.3}, 1)
        self.assertLess(losses[-1], 0.5 * losses[0])
        self.assertEqual((spread.numel(), presence.numel()), (0, 0))
        self.assertGreater(((scores >= 0.5) == (truth > 0)).float().mean(), 0.85)

    def test_unimlr(self):
        losses, scores, spread, presence, truth = self.fit("unimlr", {"mode": "weak", "reduction": "paper"}, 2)
        self.assertLess(losses[-1], 0.6 * losses[0])
        self.assertTrue((spread > 0).all())
        self.assertTrue(torch.equal(presence >= 0.5, scores >= 0))
        self.assertGreater(((scores >= 0) == (truth > 0)).float().mean(), 0.85)


class Gradients(unittest.TestCase):
    def test_equal_numeric_ones(self):
        for name, per_label in LOSSES.items():
            outputs, truth, grades = batch(4, 3, per_label)
            weights = torch.tensor([1.0, 0.5, 0.0, 2.0])

            def value(x):
                return torch.ops.tagma.loss(x * x, truth, grades, weights, name, "")

            with self.subTest(loss=name):
                self.assertTrue(torch.autograd.gradcheck(value, outputs.requires_grad_()))

    def test_bce_is_that_of_pytorch(self):
        outputs, _, _ = batch(50, 20, 1)
        outputs = outputs.float().requires_grad_()
        truth = torch.rand(50, 20) < 0.2
        ours = torch.ops.tagma.loss(outputs, truth, None, None, "bce", '{"reduction": "paper"}')
        theirs = torch.nn.functional.binary_cross_entropy_with_logits(outputs, truth.float())
        self.assertAlmostEqual(ours.item(), theirs.item(), delta=1e-6)
        a, b = (torch.autograd.grad(loss, outputs)[0] for loss in (ours, theirs))
        self.assertTrue(torch.allclose(a, b, atol=1e-9, rtol=1e-5))

    def test_have_the_type_of_the_outputs(self):
        outputs, truth, _ = batch(6, 5, 1)
        for kind in (torch.float64, torch.float32, torch.float16, torch.bfloat16):
            leaf = outputs.to(kind).detach().requires_grad_()
            loss = torch.ops.tagma.loss(leaf, truth, None, None, "zlpr", "")
            loss.backward()
            self.assertEqual(leaf.grad.dtype, kind)
            self.assertEqual(loss.dtype, torch.float64 if kind == torch.float64 else torch.float32)

    def test_second_ones_are_refused(self):
        outputs, truth, _ = batch(2, 3, 1)
        loss = torch.ops.tagma.loss(outputs.requires_grad_(), truth, None, None, "bce", "")
        with self.assertRaisesRegex(RuntimeError, "create_graph"):
            torch.autograd.grad(loss, outputs, create_graph=True)


class Settings(unittest.TestCase):
    def test_class_counts(self):
        outputs = torch.zeros(2, 2)
        truth = torch.tensor([[1, 0], [0, 0]])
        counts = {"present": [1, 1], "negative_rows": 1000000}
        settings = {"balance": "effective", "beta": 0.99, "reduction": "sum", "counts": counts}
        loss = torch.ops.tagma.loss(outputs, truth, None, None, "bce", json.dumps(settings)).item()
        rare, common = 1.0, 0.01
        scale = 3 / (rare + rare + common)
        self.assertAlmostEqual(loss, 2 * math.log(2) * scale * (rare + common), delta=1e-4)

    def test_faults_are_value_errors_that_name_what_is_accepted(self):
        outputs, truth, _ = batch(2, 3, 1)
        faults = [
            ("nope", "", "unknown loss 'nope'; accepted: any-class"),
            ("focal", '{"gama": 2}', "unknown setting of loss focal 'gama'; did you mean 'gamma"),
            ("focal", '{"gamma": "many"}', "loss.gamma.*many"),
            ("any-class", '{"share": 7}', r"loss.share: 7 is out of range; allowed: -1 to 0.99"),
            ("bce", "{", "no JSON object"),
            ("bce", '{"beta": [1]}', "beta is \\[1\\]"),
            ("bce", '{"balance": "effective"}', "needs class counts"),
            ("bce", '{"balance": "effective", "counts": {"present": [1]}}', "counts must be"),
            ("bce", '{"balance": "effective", "counts": {"present": [1], "negative_rows": 1}}', "1 labels for a batch of 3"),
            ("unimlr", "", r"outputs of shape \[2 x 3\], expected \[2 x 6\]"),
        ]
        for name, settings, words in faults:
            with self.subTest(loss=name, settings=settings):
                with self.assertRaisesRegex(ValueError, words):
                    torch.ops.tagma.loss(outputs, truth, None, None, name, settings)

    def test_what_read_refuses(self):
        for outputs, labels, words in [(torch.zeros(2, 5), 3, "6 outputs per row for 3 labels"), (torch.zeros(5), 3, "dimensions"),
                                       (torch.zeros(2, 6), -3, "-3 labels"), (torch.zeros(2, 6).int(), 3, "floating-point")]:
            with self.assertRaisesRegex(ValueError, words):
                torch.ops.tagma.read(outputs, "unimlr", "", labels)


if __name__ == "__main__":
    torch.ops.load_library(sys.argv.pop(1))
    unittest.main()
