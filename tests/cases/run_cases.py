#!/usr/bin/env python3
"""Runs the text scenarios tests/cases/*.case against a tagma program: run_cases.py PROGRAM [NAME ..]

A case is a list of steps, run in an empty folder of its own:

    # comment
    file NAME               the lines up to "end" become a file
    ...
    end
    $ COMMAND               run by sh, with `tagma` on PATH; the lines below say what must hold of it
    status N                exit status (default 0)
    out TEXT                standard output contains TEXT
    err TEXT                standard error contains TEXT
    no-err TEXT             standard error does not contain TEXT
    one-line                standard error is exactly one line
    json KEY.KEY VALUE [TOLERANCE]    standard output is JSON and holds this value
    exists NAME / absent NAME         a file is there / is not there
    same NAME NAME                    two files have the same bytes
    if-mpi                  the rest of the case needs mpirun and a program with MPI (`mpirun-here` runs N ranks on any machine)
    if-networks             the rest of the case needs a program with LibTorch
    if-data FOLDER          the rest of the case needs FOLDER of the shared data sets ($DATA); skipped when it is absent
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent.parent.parent / "shared" / "data"


class Failed(Exception):
    pass


def dig(value, path):
    for key in path.split("."):
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def check(word, rest, last, folder):
    if word == "status":
        if last.returncode != int(rest):
            raise Failed(f"status {last.returncode}, wanted {rest}\n{last.stderr}{last.stdout}")
    elif word == "out" and rest not in last.stdout:
        raise Failed(f"standard output lacks {rest!r}:\n{last.stdout}")
    elif word == "err" and rest not in last.stderr:
        raise Failed(f"standard error lacks {rest!r}:\n{last.stderr}")
    elif word == "no-err" and rest in last.stderr:
        raise Failed(f"standard error holds {rest!r}:\n{last.stderr}")
    elif word == "one-line" and len(last.stderr.strip().splitlines()) != 1:
        raise Failed(f"standard error is not one line:\n{last.stderr}")
    elif word == "json":
        key, wanted, *tolerance = rest.split()
        found = dig(json.loads(last.stdout), key)
        wanted = json.loads(wanted)
        near = abs(found - wanted) <= float(tolerance[0]) if tolerance else found == wanted
        if not near:
            raise Failed(f"{key} is {found!r}, wanted {rest}")
    elif word == "exists" and not (folder / rest).exists():
        raise Failed(f"{rest} is missing")
    elif word == "absent" and (folder / rest).exists():
        raise Failed(f"{rest} should not be there")
    elif word == "same":
        a, b = rest.split()
        if (folder / a).read_bytes() != (folder / b).read_bytes():
            raise Failed(f"{a} and {b} differ")
    elif word not in {"out", "err", "no-err", "one-line", "exists", "absent"}:
        raise Failed(f"unknown step {word!r}")


def run_case(path, program, folder):
    """Number of commands run, or None when skipped."""
    os.symlink(program, folder / "tagma")
    env = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "DATA": str(DATA)}
    lines = path.read_text().splitlines()
    last, status_checked, commands, i = None, True, 0, 0

    def settle():
        if last is not None and not status_checked and last.returncode != 0:
            raise Failed(f"status {last.returncode}, wanted 0\n{last.stderr}")

    while i < len(lines):
        line = lines[i]
        i += 1
        word, _, rest = line.strip().partition(" ")
        try:
            if not word or word.startswith("#"):
                continue
            if word == "file":
                end = lines.index("end", i)
                (folder / rest).write_text("\n".join(lines[i:end]) + "\n")
                i = end + 1
            elif word == "if-mpi":
                if not shutil.which("mpirun") or not (program.parent / "tagma_mpi.so").exists():
                    return commands or None
                here = folder / "mpirun-here"
                here.write_text('#!/bin/sh\nexec mpirun --allow-run-as-root --oversubscribe -n "$@"\n')
                here.chmod(0o755)
            elif word == "if-networks":
                if not (program.parent / "tagma_deep.so").exists():
                    return commands or None
            elif word == "if-data":
                if not (DATA / rest).exists():
                    return commands or None
            elif word == "$":
                settle()
                last = subprocess.run(["sh", "-c", rest], cwd=folder, env=env, capture_output=True, text=True, timeout=600)
                status_checked, commands = False, commands + 1
            else:
                status_checked = status_checked or word == "status"
                check(word, rest, last, folder)
        except (Failed, KeyError, IndexError, ValueError, OSError) as fault:
            raise Failed(f"{path.name}:{i}: {line.strip()}\n    {fault!s}") from fault
    settle()
    return commands


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    names = set(sys.argv[2:])
    passed = failed = skipped = 0
    for path in sorted(HERE.glob("*.case")):
        if names and path.stem not in names:
            continue
        folder = pathlib.Path(tempfile.mkdtemp(prefix="tagma-case-"))
        try:
            if run_case(path, program, folder) is None:
                skipped += 1
            else:
                passed += 1
        except Failed as fault:
            failed += 1
            print(f"FAILED {fault}")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed + skipped else 0


if __name__ == "__main__":
    sys.exit(main())
