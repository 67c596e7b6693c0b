#!/usr/bin/env python3
"""That the disk of these tests would show a fault: programs that do not sync lose data on it, those
that do lose none, and a database loses some as soon as the disk only says that it syncs.

    disk_test.py --workload PROGRAM --disk LIBRARY [--seed S]
"""
import argparse
import errno
import random
import subprocess
import sys

import disk
import workload

STEPS, MOMENTS = 20, 12

# What a program does, and all that a power loss at its end may leave of files and their bytes.
OPEN = "f = os.open('a', os.O_WRONLY | os.O_CREAT); "
SYNC_NAMES = "os.fsync(os.open('.', os.O_RDONLY)); "
BEFORE = {"new": b"n", "old": b"o"}  # where a script speaks of them
SCRIPTS = {
    "nothing is synced": (
        OPEN + "os.write(f, b'12'); ",
        [{}, {"a": b""}, {"a": b"1"}, {"a": b"12"}]),
    "bytes are synced, the name is not": (
        OPEN + "os.write(f, b'12'); os.fsync(f); ", [{}, {"a": b"12"}]),
    "the name is synced, the bytes are not": (
        OPEN + "os.write(f, b'12'); " + SYNC_NAMES, [{"a": b""}, {"a": b"1"}, {"a": b"12"}]),
    "both are synced": (
        OPEN + "os.write(f, b'12'); os.fsync(f); " + SYNC_NAMES, [{"a": b"12"}]),
    "more is written after syncing": (
        OPEN + "os.write(f, b'12'); os.fdatasync(f); " + SYNC_NAMES + "os.write(f, b'3'); ",
        [{"a": b"12"}, {"a": b"123"}]),
    "a rename is not synced": (
        OPEN + "os.write(f, b'12'); os.fsync(f); " + SYNC_NAMES + "os.rename('a', 'old'); ",
        [{"a": b"12"}, {"old": b"12"}]),
    "a rename replaces": (
        "os.rename('new', 'old'); ", [{"new": b"n", "old": b"o"}, {"old": b"n"}]),
    "a removal is not synced": ("os.unlink('old'); ", [{"new": b"n", "old": b"o"}, {"new": b"n"}]),
    "a removal is synced": ("os.unlink('old'); " + SYNC_NAMES, [{"new": b"n"}]),
    "names in an unsynced directory": (
        "os.mkdir('d'); f = os.open('d/a', os.O_WRONLY | os.O_CREAT); os.fsync(f); "
        "os.fsync(os.open('d', os.O_RDONLY)); ", [{}, {"d/a": b""}]),
    "a truncation is not synced": (
        "f = os.open('old', os.O_RDWR | os.O_TRUNC); ",
        [BEFORE, {"new": b"n", "old": b""}]),
}


def contents(root):
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*")
            if path.is_file()}


def on_disk(library, root, script, **conditions):
    return subprocess.run([sys.executable, "-c", "import os; " + script], cwd=root,
                          env=disk.environment(library, root, **conditions), capture_output=True,
                          text=True, timeout=60)


def check_script(library, directory, name, script, allowed, chance):
    root, trace = directory / "root", directory / "trace"
    root.mkdir(parents=True)
    if "'old'" in script and "'a'" not in script:
        for file, text in BEFORE.items():
            (root / file).write_bytes(text)
    watched = disk.Disk(root)
    done = on_disk(library, root, script, trace=trace)
    if done.returncode != 0:
        raise workload.Failure(f"{name}: {done.stderr}")
    for record in disk.records(trace):
        watched.do(record)
    found = []
    for number in range(200):
        watched.leave(directory / f"{number}", chance)
        left = contents(directory / f"{number}")
        if left not in found:
            found.append(left)
    if any(left not in allowed for left in found) or len(found) != len(allowed):
        raise workload.Failure(f"{name}: left {found}, instead of {allowed}")


def check_failures(library, directory):
    """Operations fail as they are told to, and their errors reach the program."""
    directory.mkdir()
    script = OPEN + "print(os.write(f, b'1234')); print(os.write(f, b'5678')); os.fsync(f)"
    cases = {("w", 2, errno.EIO, False): "4|Input/output error",
             ("w", 1, errno.ENOSPC, True): "|No space left on device",
             ("n", 1, errno.EIO, False): "|Input/output error",
             ("s", 1, errno.EIO, False): "4 4|Input/output error",
             ("w", 2, "short", False): "4 2|", ("s", 2, errno.EIO, False): "4 4|"}
    for fail, expected in cases.items():
        done = on_disk(library, directory, script, fail=fail)
        said = " ".join(done.stdout.split()) + "|"
        if done.stderr:
            said += done.stderr.splitlines()[-1].split("] ")[-1].split(":")[0]
        if said != expected:
            raise workload.Failure(f"{fail}: {said!r} instead of {expected!r}")
    space = directory / "space"
    space.write_text("10")
    (directory / "root").mkdir()
    done = on_disk(library, directory / "root", script.replace("5678", "567890"), space=space)
    if done.stdout.split() != ["4", "6"]:
        raise workload.Failure(f"of ten bytes that fit, {done.stdout.split()} were written")
    done = on_disk(library, directory / "root", "f = os.open('b', os.O_WRONLY | os.O_CREAT); "
                   "os.write(f, b'x')", space=space)
    if "No space left on device" not in done.stderr:
        raise workload.Failure("more was written than fits")


def losses(world, lying, seed):
    """How many of some power losses lose an acknowledged step, or more."""
    chance = random.Random(seed)
    root = world.directory / "empty"
    root.mkdir(exist_ok=True)
    watched = disk.Disk(root, lying)
    watched.root = str(world.disk)
    done = list(disk.records(world.trace))
    lost = 0
    for number, record in enumerate(done):
        watched.do(record)
        if (number + 1) % (len(done) // MOMENTS) != 0:
            continue
        left = world.directory / f"left-{lying}-{number}"
        watched.leave(left, chance)
        try:
            world.verify(workload.acknowledged(watched.told.decode().splitlines()), left)
        except workload.Failure:
            lost += 1
    return lost


def compare_disks(given, directory):
    world = workload.World(given.workload, given.disk, directory / "world", given.seed)
    try:
        world.run(0, STEPS, trace=world.trace)
        return losses(world, True, given.seed), losses(world, False, given.seed)
    finally:
        world.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--workload", required=True, type=workload.path)
    parser.add_argument("--disk", required=True, type=workload.path)
    parser.add_argument("--seed", type=int, default=20240615)
    given = parser.parse_args()
    with workload.place("disk") as name:
        directory = workload.path(name)
        try:
            for number, (what, (script, allowed)) in enumerate(SCRIPTS.items()):
                check_script(given.disk, directory / f"script{number}", what, script, allowed,
                             random.Random(given.seed))
            check_failures(given.disk, directory / "failures")
            lost, truly = compare_disks(given, directory)
        except workload.Failure as failure:
            print(f"seed {given.seed}: {failure}")
            return 1
    print(f"{len(SCRIPTS)} scripts; on a disk that lies about syncing {lost} of {MOMENTS} power "
          f"losses were seen to lose something, on one that does not {truly}")
    return 0 if lost >= MOMENTS // 4 and truly == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
