#!/usr/bin/python3
"""Writes tests/golden/{ovr_v1,ovr_v1_int8,tree_v1,tree_v1_prototypes,embedding_v1}.tagma from docs/formats/model.md alone, and extreme_v1.json
with rows and the scores that follow from the formulas there, in double precision. Model files of version 1 must be readable for ever: these
are made once and not again.

    /usr/bin/python3 tests/reference/extreme_models.py
"""
import json
import struct

import numpy as np

from linear_model import GOLDEN, crc32c, model_file

FEATURES = 300
CODES = {"fp32": ("f", 4), "bf16": ("H", 2), "int8": ("b", 1)}


def as_stored(weights, precision, scale=None):
    """The codes that are stored, and the weights that they stand for."""
    if precision == "fp32":
        return weights.astype(np.float32), weights.astype(np.float32).astype(float)
    if precision == "bf16":
        codes = (weights.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
        return codes, (codes.astype(np.uint32) << 16).view(np.float32).astype(float)
    codes = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
    return codes, codes * scale.astype(np.float32).astype(float)


def chunk(weights, codes, precision, id_bits, as_bytes):
    """weights [features x width], 0 where there is none."""
    rows = [f for f in range(len(weights)) if weights[f].any()]
    entries = [[l for l in range(weights.shape[1]) if weights[f, l] != 0] for f in rows]
    values = [codes[f, l].item() for f, lanes in zip(rows, entries) for l in lanes]
    starts = np.concatenate([[0], np.cumsum([len(lanes) for lanes in entries])])
    buckets = ((len(weights) - 1) >> id_bits) + 1
    firsts = [sum(f >> id_bits < b for f in rows) for b in range(buckets)] + [len(rows)]
    data = struct.pack("<IIBBH", len(rows), len(values), id_bits, int(as_bytes), 0)
    data += struct.pack(f"<{-(-len(rows) // 32)}I", *[int(starts[r]) for r in range(0, len(rows), 32)])
    data += struct.pack(f"<{buckets + 1}H", *firsts)
    data += struct.pack(f"<{len(values)}{CODES[precision][0]}", *values)
    data += struct.pack(f"<{len(rows)}{'B' if id_bits == 8 else 'H'}", *[f & ((1 << id_bits) - 1) for f in rows])
    for lanes in entries:
        if as_bytes:
            data += bytes(l | (128 if l == lanes[-1] else 0) for l in lanes)
        else:
            data += sum(1 << l for l in lanes).to_bytes(-(-weights.shape[1] // 8), "little")
    return data


class Chunks:
    """Random sparse weights [FEATURES x outputs] in chunks of the widths given, and the sections they are stored in."""

    def __init__(self, name, widths, precision, rng, forms=((8, False),), rows="given", bias=True, density=0.04):
        outputs = sum(widths)
        full = np.where(rng.random((FEATURES, outputs)) < density, np.round(rng.normal(0, 1, (FEATURES, outputs)), 3), 0)
        full[rng.random(FEATURES) < 0.5] = 0
        self.bias = np.round(rng.normal(0, 0.5, outputs), 3) if bias else np.zeros(outputs)
        scale = np.abs(full).max(axis=0) / 127
        codes, self.weights = as_stored(full, precision, scale)
        parts, first = [], 0
        for i, width in enumerate(widths):
            lanes = slice(first, first + width)
            parts.append(chunk(self.weights[:, lanes], codes[:, lanes], precision, *forms[i % len(forms)]))
            first += width
        starts = [sum(map(len, parts[:i])) for i in range(len(parts) + 1)]
        sums = [struct.unpack("<i", struct.pack("<I", crc32c(part)))[0] for part in parts]
        data = b"".join(parts)
        self.unit, self.entry = rows == "unit", {name: {"features": FEATURES, "precision": precision, "rows": rows}}
        self.sections = [(f"{name}.widths", "i32", [len(widths)], "i", widths), (f"{name}.starts", "i64", [len(starts)], "q", starts),
                         (f"{name}.sums", "i32", [len(sums)], "i", sums), (f"{name}.bias", "f32", [outputs], "f", self.bias)]
        if precision == "int8":
            self.sections.append((f"{name}.scale", "f32", [outputs], "f", scale))
        self.sections.append((f"{name}.bytes", "u8", [len(data)], "B", list(data)))

    def outputs(self, x):
        return (x / np.linalg.norm(x) if self.unit else x) @ self.weights + self.bias.astype(np.float32)


def loss(name):
    return {"name": name, "settings": {"reduction": "mean-rows", "balance": "none", "beta": "0.9999"}}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def ovr(precision, name, rng):
    labels, label_of = 20, [int(l) for l in rng.permutation(20)]
    chunks = Chunks("ovr", [16, 4], precision, rng, forms=((8, False), (16, True)), rows="unit")
    manifest = {"model": {"kind": "ovr", "labels": labels, "features": FEATURES, "chunks": 2}, "loss": loss(name), **chunks.entry}
    sections = [*chunks.sections, ("ovr.labels", "i32", [labels], "i", label_of)]

    def scores(x):
        result = np.zeros(labels)
        result[label_of] = chunks.outputs(x)
        return sigmoid(result) if name == "bce" else result
    return manifest, sections, scores


def tree(precision, rng):
    """Two trees of 9 labels. First: a root with two leaves below it, of 4 and 5 labels. Second: one leaf with them all, label 0 twice."""
    widths, roots, below = [2, 4, 5, 10], [0, 3], [1, -1, -5, -10]
    places = [3, 1, 4, 0, 5, 2, 6, 8, 7] + [0, 1, 2, 3, 4, 5, 6, 7, 8, 0]
    chunks = Chunks("tree", widths, precision, rng, forms=((16, False), (8, True)))
    manifest = {"model": {"kind": "tree", "labels": 9, "features": FEATURES, "trees": 2, "nodes": 4, "beam": 10}, "loss": loss("squared-hinge"), **chunks.entry}
    sections = [*chunks.sections, ("tree.roots", "i32", [2], "i", roots), ("tree.below", "i32", [4], "i", below),
                ("tree.labels", "i32", [len(places)], "i", places)]

    def scores(x):
        chance = np.exp(-np.maximum(0, 1 - chunks.outputs(x)) ** 3)
        one, other = np.zeros(9), np.zeros(9)
        for place, label in enumerate(places[:9]):
            one[label] = chance[0 if place < 4 else 1] * chance[2 + place]
        for place, label in enumerate(places[9:]):
            other[label] = max(other[label], chance[11 + place])
        return (one + other) / 2
    return manifest, sections, scores


def tree_with_prototypes(rng):
    manifest, sections, plain = tree("fp32", rng)
    labels, shares = [2, 5, 6], [0.25, 1.0, 0.5]
    chunks = Chunks("prototypes", [3], "fp32", rng, bias=False)
    sections += [*chunks.sections, ("prototypes.labels", "i32", [3], "i", labels), ("prototypes.shares", "f32", [3], "f", shares)]

    def scores(x):
        result, cosine = plain(x), chunks.outputs(x / np.linalg.norm(x))
        for label, share, c in zip(labels, shares, cosine):
            result[label] = (1 - share) * result[label] + share * max(0, c) ** 4
        return result
    return {**manifest, **chunks.entry}, sections, scores


def embedding(rng):
    """With a graph of two levels over the labels but the last, which has a vector of zeros, so that every search meets all nodes."""
    labels, width, neighbours = 7, 9, 3
    vectors = rng.normal(0, 1, (labels, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[6] = 0
    vectors = np.concatenate([vectors, rng.normal(0, 0.02, (labels, 1))], axis=1).astype(np.float32)
    nodes = [4, 0, 1, 2, 3, 5]
    links = sum([[o for o in range(6) if o != n] + [-1] for n in range(6)], []) + [1, -1, -1, 0, -1, -1]
    manifest = {"model": {"kind": "embedding", "labels": labels, "features": 8, "similarity": "cosine", "temperature": 0.05, "bias": True,
                          "search": {"neighbours": neighbours, "ef": 7}}, "loss": loss("decoupled-softmax")}
    sections = [("embedding.vectors", "f32", [labels, width], "f", vectors.ravel()), ("embedding.nodes", "i32", [6], "i", nodes),
                ("embedding.level_nodes", "i64", [2], "q", [6, 2]), ("embedding.links", "i32", [len(links)], "i", links)]

    def scores(x):
        return (np.append(x / np.linalg.norm(x), 1) @ vectors.T.astype(float)) / 0.05
    return manifest, sections, scores


def kept(model, labels):
    manifest, sections, scores = model
    return manifest, [*sections, ("kept_labels", "i32", [len(labels)], "i", labels)], lambda x: scores(x)[labels]


def main():
    rng = np.random.default_rng(11)
    models = {"ovr_v1": (ovr("fp32", "bce", rng), 1e-5), "ovr_v1_int8": (kept(ovr("int8", "squared-hinge", rng), [0, 2, 3, 7, 11, 19]), 1e-3),
              "tree_v1": (tree("bf16", rng), 1e-5), "tree_v1_prototypes": (tree_with_prototypes(rng), 1e-5), "embedding_v1": (embedding(rng), 1e-4)}
    expected = {}
    for name, ((manifest, sections, scores), within) in models.items():
        (GOLDEN / f"{name}.tagma").write_bytes(model_file(manifest, sections))
        columns = manifest["model"]["features"]
        rows = [np.where(rng.random(columns) < 12 / columns, np.round(rng.normal(0, 1, columns), 2), 0).astype(np.float32) for _ in range(3)]
        for row in rows:
            row[0] = 0.5  # none is empty
        expected[name] = {"kind": manifest["model"]["kind"], "loss": manifest["loss"]["name"], "features": columns, "within": within,
                          "rows": [[[int(f), round(float(row[f]), 2)] for f in np.flatnonzero(row)] for row in rows],
                          "scores": [[float(s) for s in scores(row.astype(float))] for row in rows]}
    body = ",\n".join(f" {json.dumps(name)}: {json.dumps(one)}" for name, one in expected.items())
    (GOLDEN / "extreme_v1.json").write_text("{\n" + body + "\n}\n")


if __name__ == "__main__":
    main()
