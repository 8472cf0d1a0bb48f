#!/usr/bin/env python3
"""Switches the guard of one invariant off after the other, in a clone, and runs the tests: some test must fail each time.

    tests/mutants/run.py            every mutant
    tests/mutants/run.py 6 13       those of these invariants

Ends with 1 when a mutant lives. It takes about a minute a mutant, so it is run by hand and not by ./build.sh Test; that one
sees to it that every mutant still applies (TheMutants).
"""
import json, os, pathlib, subprocess, sys, tempfile

here = pathlib.Path(__file__).resolve().parent
repository = here.parent.parent
wanted = {int(a) for a in sys.argv[1:]}
mutants = [m for m in json.loads((here / "mutants.json").read_text()) if not wanted or m["invariant"] in wanted]
# TheMutants itself would catch every one: it looks whether the source is as the list says.
FILTER = "(FullyQualifiedName~Release.Tests.Runs|FullyQualifiedName~Release.Tests.Journal|FullyQualifiedName~Release.Tests.Kong)&FullyQualifiedName!~TheMutants"
QUICK = ["-p:QuickBuild=true", "--nologo"]


def run(clone, *command):
    return subprocess.run(command, cwd=clone, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def tests(clone):
    built = run(clone, "dotnet", "build", "tests/Release.Tests", "-v", "q", *QUICK)
    if built.returncode != 0:
        sys.exit(f"it does not compile:\n{built.stdout}")
    ran = run(clone, "dotnet", "test", "tests/Release.Tests", "--no-build", "--filter", FILTER, *QUICK)
    failed = [line.split("[FAIL]")[0].split("]", 1)[-1].strip() for line in ran.stdout.splitlines() if "[FAIL]" in line]
    return failed


lived = []
with tempfile.TemporaryDirectory(prefix="release-mutants-") as folder:
    clone = os.path.join(folder, "clone")
    subprocess.run(["git", "clone", "--quiet", "--no-tags", str(repository), clone], check=True)
    if failed := tests(clone):
        sys.exit("the tests fail without a mutant: " + ", ".join(failed))
    for mutant in mutants:
        file = pathlib.Path(clone, mutant["file"])
        text = file.read_text()
        file.write_text(text.replace(mutant["old"], mutant["new"]))
        failed = tests(clone)
        file.write_text(text)
        print(f"{mutant['invariant']:>2}  {mutant['name']}: " + (f"caught by {len(failed)}, the first: {failed[0]}" if failed else "LIVES"), flush=True)
        lived += [] if failed else [mutant["name"]]
sys.exit(1 if lived else 0)
