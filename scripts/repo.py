"""What the check scripts of this folder share: cargo's metadata and the list of files in the repository."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The systems the program is built for; what only others would pull in is not looked at.
TARGETS = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "armv7-unknown-linux-gnueabihf"]


def help_if_asked(doc):
    """Prints the script's docstring and ends, when the first argument asks for help; refuses other arguments."""
    if sys.argv[1:2] and sys.argv[1] in ("-h", "--help"):
        print(doc.strip())
        sys.exit(0)
    if sys.argv[1:]:
        sys.exit(f"error: unknown argument {sys.argv[1]}; try --help")


def cargo_metadata():
    """The workspace and every crate it is built from on TARGETS, all features on, as `cargo metadata` tells."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--all-features"]
    for target in TARGETS:
        command += ["--filter-platform", target]
    # Once the build has fetched the crates, nothing is asked of the network.
    quiet = subprocess.run(command + ["--offline"], cwd=ROOT, capture_output=True, text=True)
    if quiet.returncode != 0:
        quiet = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(quiet.stdout)


def members(metadata):
    """The workspace's own packages."""
    ids = set(metadata["workspace_members"])
    return [package for package in metadata["packages"] if package["id"] in ids]


def tracked_files():
    """Every file git knows or would take, relative to ROOT."""
    out = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    names = [os.fsdecode(name) for name in out.split(b"\0") if name]
    return sorted({name for name in names if (ROOT / name).is_file()})


def finish(what, faults):
    """Prints the faults, one a line, and ends with 1; or says that all is well."""
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        sys.exit(f"{what}: {len(faults)} fault(s)")
    print(f"{what}: ok")
