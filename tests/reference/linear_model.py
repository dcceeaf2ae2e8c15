#!/usr/bin/env python3
"""Writes tests/golden/linear_v1.tagma and linear_v1_sparse.tagma from docs/formats/model.md alone, and
linear_v1.json with two examples and their expected scores. A model file of version 1 must be readable for ever: these
files are made once and not again.

    python3 tests/reference/linear_model.py
"""
import json
import math
import pathlib
import struct

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden"


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def model_file(manifest, sections):
    body, entries = b"", []
    for name, dtype, shape, code, values in sections:
        data = struct.pack(f"<{len(values)}{code}", *values)
        entries.append({"name": name, "dtype": dtype, "shape": shape, "offset": 64 + len(body), "size": len(data),
                        "crc32c": crc32c(data)})
        body += data + bytes(-len(data) % 64)
    text = json.dumps({**manifest, "sections": entries}).encode()
    header = b"\x89TAGMA\r\n" + struct.pack("<HHIQQQ", 1, 0, crc32c(text), 64 + len(body), len(text), 64 + len(body) + len(text))
    header += bytes(20)
    return header + struct.pack("<I", crc32c(header)) + body + text


def main():
    features, labels = 5, 3
    weights = [0.5, 0.0, -1.25, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, -0.75, 0.0, 0.0, 0.0, 0.0, 0.0]  # [features x labels]
    bias = [0.25, -1.0, 0.0]
    manifest = {"model": {"kind": "linear", "labels": labels, "features": features, "outputs": labels, "weights": "dense"},
                "loss": {"name": "bce", "settings": {"reduction": "mean-rows", "balance": "none", "beta": "0.9999"}}}
    head = ("linear.bias", "f32", [labels], "f", bias)
    dense = model_file(manifest, [head, ("linear.weights", "f32", [features, labels], "f", weights)])
    (GOLDEN / "linear_v1.tagma").write_bytes(dense)

    manifest["model"]["weights"] = "sparse"
    starts, outputs, values = [0], [], []
    for f in range(features):
        for o in range(labels):
            if weights[f * labels + o]:
                outputs.append(o)
                values.append(weights[f * labels + o])
        starts.append(len(values))
    sparse = model_file(manifest, [head, ("linear.starts", "i64", [features + 1], "q", starts),
                                   ("linear.outputs", "i32", [len(outputs)], "i", outputs),
                                   ("linear.values", "f32", [len(values)], "f", values)])
    (GOLDEN / "linear_v1_sparse.tagma").write_bytes(sparse)

    rows = [[1.0, 2.0, 3.0, 4.0, 5.0], [0.0, -1.5, 0.0, 0.5, 2.0]]
    scores = [[1 / (1 + math.exp(-bias[o] - sum(x[f] * weights[f * labels + o] for f in range(features)))) for o in range(labels)]
              for x in rows]
    (GOLDEN / "linear_v1.json").write_text(json.dumps({"features": rows, "scores": scores}, indent=1) + "\n")


if __name__ == "__main__":
    main()
