"""Writes small inputs for every fuzz target: make_seeds.py FOLDER makes FOLDER/TARGET/N.

The first byte of an input (not of mulan_xml and model_file) chooses options, see read_fuzz.h and the targets. Those of model_file are the
files of tests/golden.
"""
import bz2
import gzip
import io
import os
import pathlib
import struct
import sys
import zipfile
import zlib


def npy(kind, shape, data):
    head = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (kind, shape)
    head += " " * (63 - (10 + len(head)) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + data


def npz(method, **arrays):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in arrays.items():
            archive.writestr(zipfile.ZipInfo(name + ".npy"), data, method)
    return out.getvalue()


def zstd_stored(text):
    return b"\x28\xb5\x2f\xfd\x20" + bytes([len(text)]) + struct.pack("<I", 1 | len(text) << 3)[:3] + text


def png(width, height, depth, colour, rows):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def csr(method, values, columns, starts, shape, type="<f4"):
    """A sparse matrix as scipy writes it."""
    pack = lambda code, numbers: struct.pack("<%d%s" % (len(numbers), code), *numbers)
    return npz(method, indices=npy("<i4", "(%d,)" % len(columns), pack("i", columns)), indptr=npy("<i4", "(%d,)" % len(starts), pack("i", starts)),
               format=npy("|S3", "()", b"csr"), shape=npy("<i8", "(2,)", pack("q", shape)),
               data=npy(type, "(%d,)" % len(values), pack("f" if type == "<f4" else "b", values)))


def pair(choice, x, y):
    return bytes([choice]) + struct.pack("<H", len(x)) + x + y


IDX = b"\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x03abcdef"
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912130f141d1a1f1e1d"
    "1a1c1c20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffc2000b080005000901011100ffc40015000101000000"
    "00000000000000000000000407ffda00080101000000011d13ffc4001510010100000000000000000000000000000510ffda000801010001"
    "0502267fffc4001510010100000000000000000000000000000110ffda0008010100063f0227ffc400141001000000000000000000000000"
    "00000010ffda0008010100013f213fffda0008010100000010bfffc40015100101000000000000000000000000000010c1ffda0008010100"
    "013f1099ffd9")  # 9 x 5, grey, progressive
FLOATS = npy("<f4", "(2, 3)", struct.pack("<6f", 1, 2, 3, 0, .5, -1))
LABELS = npy("|i1", "(2, 2)", struct.pack("4b", 1, 0, -1, 1))
ARFF = b"@relation 'r: -C 1'\n@attribute a {0,1}\n@attribute 'b c' numeric\n@attribute b {x,'y z'}\n@data\n"
CLUS = b"@relation r\n@attribute x numeric\n@attribute class hierarchical "
TEXT = b"some text\nsome more text\n" * 4

SEEDS = {
    "svm": [
        b"\x00" + b"3,17 5:0.2 9:1\n 1:2\n4:1 5:3\n",
        b"\x0c" + b"3^2.5,?8,!9 1:1 # note\n\n2 4:1e3\n",
        b"\x20" + b"2 10 5\n1,2 3:4\n0 9:1\n",
    ],
    "arff": [
        b"\x01" + ARFF + b"1,2.5,x\n0,?,'y z',{0.5}\n",
        b"\x00" + ARFF + b"{0 1,2 'y z'}\n% note\n{}\n{1 3},{2}\n",
        b"\x02" + CLUS + b"1,1/2,1/2/3,2\n@data\n1,1/2/3@2\n{1 2}\n",
        b"\x00" + CLUS + b"root/a,a/b,root/c,c/b\n@data\n1,b@c\n",
        b"\x28" + b"@relation r\n@attribute a string\n@attribute b date\n@data\n'it\\'s',?\n",
    ],
    "csv": [
        b"\x08" + b"a,b\n1,2\n0,word\n,3\n",
        b"\x20" + b"x,a\n1,s|t\n2,\"s>t=u|!v\"\n3,?w\n",
        b"\x2c" + b"t,w,g,a,image\n\"two\nlines, \"\"q\"\"\",0.5,p,x>y,i.png\n",
        b"\x18" + b"x\ty\n1\t?\n\"q\"\t2\n",
        b"\x30" + b"a text\tp1 p2\t1\nmore, \"text\"\t\t?\n",
        b"\x11" + b"x,l1,l2\n,1,?\n3,0,2.5\n",
    ],
    "fasttext": [
        b"\x00" + b"__label__a __label__b some text\n \ntext __label__c more\n",
        b"\x18" + b"__label__b \ttext\n__label__\n",
    ],
    "text": [
        b"\x04\x18" + "Größe STRASSE cafe\u0301\nthe dog, the cat\n".encode(),
        b"\x1b\x38" + "東京tower ❤\ufe0f👍\U0001f3fd\n한국어 \u1112\u1161\u11ab".encode() + b"\n\xff\xe2\x82",
    ],
    "jsonl": [
        b"\x00" + b'{"text":"a \\u00e9\\ud83d\\ude00","labels":["a","b"]}\n{"labels":[["a"],["b","c"]],"unknown":["d"]}\n',
        b"\x01" + b'{"features":[1,null,-2e3],"labels":{"a":2.5},"absent":["b"],"weight":0.5,"group":"g"}\n',
        b"\x0e" + b'{"features":{"3":0.5,"x":1},"image":"i.png","votes":[{"by":"ann","labels":["a"]}]}\n{"features":{}}\n',
    ],
    "npy": [
        b"\x00" + FLOATS,
        b"\x10" + LABELS,
        b"\x08" + npz(zipfile.ZIP_STORED, X=FLOATS, Y=LABELS),
        b"\x08" + npz(zipfile.ZIP_DEFLATED, X=FLOATS, Y=LABELS),
        b"\x28" + npz(zipfile.ZIP_DEFLATED, X=FLOATS, raw=FLOATS),
    ],
    "npz_pair": [
        pair(0, csr(zipfile.ZIP_STORED, [.5, 2, -1], [1, 4, 0], [0, 2, 2, 3], [3, 5]), csr(zipfile.ZIP_STORED, [1, 1], [0, 3], [0, 1, 1, 2], [3, 4])),
        pair(16, csr(zipfile.ZIP_DEFLATED, [.5, 2], [1, 0], [0, 2], [1, 2]), csr(zipfile.ZIP_STORED, [1, -1], [0, 1], [0, 2], [1, 2], "|i1")),
        pair(0, npz(zipfile.ZIP_STORED, X=FLOATS), npz(zipfile.ZIP_STORED, Y=LABELS)),
    ],
    "label_lists": [
        b"\x00" + b"3\n0\n",
        b"\x02" + b"a b\n3\r\n\xc3\xa9\n",
        b"\x01" + b"1\tsome text\n7\tmore\n",
        b"\x03" + b"\xef\xbb\xbfa\tx\ty\nb\t\n",
        b"\x08" + gzip.compress(b"2\n", mtime=0),
    ],
    "packed": [
        b"\x00" + gzip.compress(TEXT, mtime=0),
        b"\x00" + gzip.compress(b"a\n", mtime=0) * 2,
        b"\x01" + zstd_stored(TEXT),
        b"\x02" + bz2.compress(TEXT),
        b"\x03\xef\xbb\xbf" + TEXT,
    ],
    "image": [
        b"\x00" + png(2, 2, 8, 2, b"\0abcdef\0ghijkl"),
        b"\x0c" + png(9, 1, 1, 0, b"\0\xa5\x80"),
        b"\x10" + png(1, 2, 16, 6, b"\0abcdefgh\2abcdefgh"),
        b"\x04" + b"P3\n# note\n2 1 255\n1 2 3\n4 5 6\n",
        b"\x08" + b"P5 3 2 255\nabcdef",
        b"\x00" + JPEG,
        b"\x01" + b"\0\0\x08\x01\0\0\0\x03abc",
        b"\x02" + gzip.compress(IDX, mtime=0),
    ],
    "mulan_xml": [
        b'<?xml version="1.0"?>\n<labels xmlns="http://mulan.sourceforge.net/labels">\n<label name="a"></label>\n<label name="b &amp; c"/></labels>\n',
        b'<m:labels><m:label name="a"><m:label name="b"/><m:label name="c"><m:label name="d"/></m:label></m:label></m:labels>',
    ],
    "scores": [
        b"\x00" + FLOATS,
        b"\x01" + b'{"scores":[0.5,1,0]}\n',
        b"\x01" + b'{"of":3,"ids":[0,1],"labels":["a","b"],"scores":[0.5,0.25]}\n',
        b"\x02" + b"a,b,c\n0.5,1,0\n",
        b"\x03" + b"2 3\n0:0.5 1:0.25\n \n",
        b"\x05" + b'{"labels":["a","c"]}\n',
        b"\x06" + b"row,labels\n0,a|b\n1,\n",
        b"\x07" + b"0,2\n \n",
        b"\x04" + LABELS,
    ],
}

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden"
SEEDS["model_file"] = [file.read_bytes() for file in sorted(GOLDEN.glob("*.tagma"))]

for target, inputs in SEEDS.items():
    folder = os.path.join(sys.argv[1], target)
    os.makedirs(folder, exist_ok=True)
    for number, content in enumerate(inputs):
        with open(os.path.join(folder, "seed%d" % number), "wb") as out:
            out.write(content)
