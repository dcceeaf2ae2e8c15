#!/usr/bin/env python3
"""Checks that every #include <tagma/FOLDER/...> is allowed by tools/layers.txt, that the table has no circle, that
third-party headers stay in their rooms, that no two headers give types of one namespace the same name (the linker would take one for
the other), that names local to a file are unique in its folder (all presets but dev compile a folder as one file), and
that no file is longer than 600 lines. Exit 1 with one line per finding."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
ROOMS = {  # header prefix -> folders that may include it
    "torch/": {"bridge", "deep"}, "ATen/": {"bridge", "deep"}, "c10/": {"bridge", "deep"},
    "cuda": {"drive", "bridge", "deep"}, "mpi.h": {"comm"},
    "httplib.h": {"apps"}, "pybind11/": {"apps"}, "CLI/": {"apps"}, "toml++/": {"apps"}, "omp.h": {"base"},
    "immintrin.h": {"math"}, "zlib.h": {"base", "read"}, "zstd.h": {"base", "read"}, "bzlib.h": {"base", "read"},
    "pugixml.hpp": {"read"}, "utf8proc.h": {"text"}, "png.h": {"image"}, "jpeglib.h": {"image"}, "jerror.h": {"image"},
}
LONGEST = 600
NAMESPACE = re.compile(r"^(?:inline )?namespace ([\w:]+) \{")
TYPE = re.compile(r"^(?:struct|class|enum class) ([A-Z]\w*)(?: final)?(?: :[^;]*)?(?: \{|$)")

LOCAL = re.compile(r"^(?:struct|class|enum class|using(?= \w+ =)) (\w+)"
                   r"|^(?:inline )?constexpr [\w:<>, ]*?(\w+(?: = [^,;]+, \w+)*) ?[={]|^(?!template)(\w.*\)) (?:const )?\{")
ALONE = ("cpu_rows_", "mpi_module",  # compiled by themselves in every preset
         "tests/bridge/gpu/", "tests/drive/", "tests/laws/", "tests/loss/", "tests/fuzz/")


def table():
    rows = {}
    for line in (ROOT / "tools/layers.txt").read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            folder, _, allowed = line.partition(":")
            rows[folder.strip()] = set(allowed.split()) - {"-"}
    return rows


def circle(rows):
    state = {}

    def visit(folder, path):
        if state.get(folder) == "done":
            return None
        if folder in path:
            return path[path.index(folder):] + [folder]
        for below in sorted(rows.get(folder, ())):
            found = visit(below, path + [folder])
            if found:
                return found
        state[folder] = "done"
        return None

    return next(filter(None, (visit(folder, []) for folder in rows)), None)


def same_names(headers):
    """Types at namespace level that two headers define, templates aside."""
    found = {}
    for path in headers:
        inside, before = [], ""
        for line in path.read_text().splitlines():
            opened, kind = NAMESPACE.match(line), TYPE.match(line)
            if opened:
                inside.append(opened.group(1))
            elif line.startswith("}  // namespace"):
                inside = inside[:-1]
            elif kind and not before.startswith("template"):
                found.setdefault("::".join([*inside, kind.group(1)]), set()).add(str(path.relative_to(ROOT)))
            before = line
    return [f"{name} is defined in {' and '.join(sorted(places))}" for name, places in sorted(found.items()) if len(places) > 1]


def local_names(sources):
    """Types, constants and functions in the nameless namespaces of two files of a folder, or of a file and a header of its folder."""
    found = {}
    for path in sources:
        name, inside = path.relative_to(ROOT), []
        for line in path.read_text().splitlines():
            opened, kind = NAMESPACE.match(line), LOCAL.match(line)
            if opened or line == "namespace {":
                inside.append(opened.group(1) if opened else "")
            elif line.startswith("}  // namespace"):
                inside = inside[:-1]
            elif kind and ("" in inside or (path.suffix == ".h" and not kind.group(3))):
                constants = re.sub(r" = [^,;]+", "", kind.group(2) or "").split(", ")
                for each in [kind.group(1)] if kind.group(1) else [kind.group(3)] if kind.group(3) else constants:
                    found.setdefault((name.parts[1], "::".join(filter(None, inside)), each), {})[str(name)] = line
    for folder, inside, each in [key for key in found if "(" in key[2]]:  # a function and a constant meet by name alone
        name = re.search(r"(\w+)\(", each)
        other = found.get((folder, inside, name.group(1)), {}) if name else {}
        if other and set(other) != set(found[folder, inside, each]):
            other |= found[folder, inside, each]
    return [f"{' and '.join(sorted(places))}: {each} is local to each, and most presets compile {folder}/ as one file; rename one"
            for (folder, _, each), places in sorted(found.items()) if len(places) > 1 and any(place.endswith(".cc") for place in places)
            and not (len(set(places.values())) == 1 and "using" in next(iter(places.values())))]  # the same short name for the same type


def main():
    rows, bad = table(), []
    loop = circle(rows)
    if loop:
        bad.append("tools/layers.txt: circle " + " -> ".join(loop))
    sources = [p for top in ("tagma", "apps", "tests", "bench", "examples") for p in sorted((ROOT / top).rglob("*"))
               if p.suffix in {".h", ".cc", ".cu", ".py"}]
    for path in sources:
        name = path.relative_to(ROOT)
        lines = path.read_text().splitlines()
        if len(lines) > LONGEST:
            bad.append(f"{name}: {len(lines)} lines, at most {LONGEST}; split it by idea")
        folder = name.parts[1] if name.parts[0] == "tagma" else name.parts[0]
        if name.parts[0] in ("tagma", "apps") and folder not in rows:
            bad.append(f"{name}: folder {folder} is not in tools/layers.txt")
            continue
        for number, line in enumerate(lines, 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            header = found.group(1)
            if header.startswith("tagma/") and name.parts[0] in ("tagma", "apps"):
                other = header.split("/")[1]
                if other != folder and other not in rows[folder]:
                    bad.append(f"{name}:{number}: {folder} may not include {other} (tools/layers.txt)")
            for prefix, rooms in ROOMS.items():
                if header.startswith(prefix) and name.parts[0] in ("tagma", "apps") and folder not in rooms:
                    bad.append(f"{name}:{number}: <{header}> belongs in {', '.join(sorted(rooms))} only")
    bad += same_names([path for path in sources if path.suffix == ".h" and path.relative_to(ROOT).parts[0] == "tagma"])
    alone = ALONE + tuple("tests/" + each for each in re.search(r"set\(alone ([^)]*)\)", (ROOT / "tests/CMakeLists.txt").read_text()).group(1).split())
    for top in ("tagma", "tests"):
        bad += local_names([path for path in sources if path.suffix in {".h", ".cc"} and path.relative_to(ROOT).parts[0] == top
                            and not any(each in str(path) for each in alone)])
    print("\n".join(bad) if bad else f"layers: {len(sources)} files keep to tools/layers.txt")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
