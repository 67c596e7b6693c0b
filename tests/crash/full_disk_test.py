#!/usr/bin/env python3
"""Fills the disk under a database that is being written to, makes room, and fills it again.

    full_disk_test.py --workload PROGRAM --disk LIBRARY [--rounds N] [--seed S]

While the disk is full each step fails with an error that names the place and says what to do, and
everything that was acknowledged can be read. When there is room the step succeeds, without the
database being opened again, unless room was lost in the middle of a write: then the error says so.
At the end a writer is killed on the full disk, and nothing is lost. All of this happens on a disk
that only says that it is full (disk.py), and on a small real one where one can be mounted.
"""
import argparse
import os
import subprocess
import sys

import workload

PATIENCE = 60  # seconds for which a step is tried again; it succeeds as soon as there is room
ROOMY = 200_000_000  # bytes
TIGHT = 4_500_000    # more than what is there: a little more than what is left for cleaning up
REFUSALS = 3  # that are waited for before room is made
BETWEEN = 5   # steps from there on until the disk is made tight, again and again
ADVICE = "make room on it"
REOPEN = "open it again"  # what is said, too, where a write found no room that had been there


class SaidSpace:
    """A disk that says how much fits."""
    name = "a disk that says it is full"

    def __init__(self, world):
        self.disk = world.disk
        self.file = world.directory / "space"
        self.conditions = {"space": self.file}

    def used(self):
        found = subprocess.run(["du", "--summarize", "--bytes", self.disk], capture_output=True)
        return int(found.stdout.split()[0])  # of files that come and go meanwhile

    def fit(self, size):
        self.file.write_text(str(size))

    def close(self):
        pass


class RealSpace:
    """A small file system in memory."""
    name = "a small real disk"

    def __init__(self, world):
        self.disk = world.disk
        self.conditions = {}
        self.mounted = False

    def used(self):
        found = os.statvfs(self.disk)
        return (found.f_blocks - found.f_bfree) * found.f_frsize

    def fit(self, size):
        how = f"{'remount,' if self.mounted else ''}size={size}"
        subprocess.run(["mount", "-t", "tmpfs", "-o", how, "tmpfs", self.disk], check=True)
        self.mounted = True

    def close(self):
        if self.mounted:
            subprocess.run(["umount", "--lazy", self.disk], check=True)


def refused(world, line, done):
    """Judges what is said on a full disk."""
    word, _, rest = line.partition(" ")
    if word == "fail":
        _, code, why = rest.split(" ", 2)
        if code != "io" or str(world.disk) not in why or ADVICE not in why:
            raise workload.Failure(f"this does not say that the disk is full and what to do: {line}")
    elif word == "state":
        if rest.split(" ", 1)[1].strip() != world.twin.state(done):
            raise workload.Failure(f"on a full disk it says {rest}, instead of "
                                   f"{world.twin.state(done)}")
    else:
        raise workload.Failure(f"on a full disk: {line}")
    return word == "fail"


def end(process):
    process.kill()
    _, err = process.communicate()
    if err:
        raise workload.Failure(f"the program said {err}")


def fill(world, space, rounds):
    """Leads a database on, leaving its disk without room `rounds` times, and kills it when that is so
    once more. Returns how many steps were acknowledged."""
    process = world.start(0, patience=PATIENCE, **space.conditions)
    done, since, refusals, healed, reopened = 0, 0, 0, 0, 0
    while line := process.stdout.readline():
        if line.startswith("ack "):
            healed += refusals >= REFUSALS  # fewer: it made room for itself
            done, since, refusals = done + 1, since + 1, 0
            if since % BETWEEN == 0:
                space.fit(space.used() + TIGHT)
        elif refused(world, line.strip(), done):
            refusals += 1
            if refusals == REFUSALS:
                if healed == rounds:
                    break
                since = 0
                space.fit(ROOMY)
                if REOPEN in line:
                    end(process)
                    reopened += 1
                    done = world.verify(done)
                    process = world.start(done, patience=PATIENCE, **space.conditions)
    end(process)
    if healed != rounds:
        raise workload.Failure(f"it went on {healed} times, instead of {rounds}")
    # Room is lost in the middle of a write only by chance, when a step runs while it is taken.
    if reopened > rounds // 2:
        raise workload.Failure(f"{reopened} of {rounds} times it had to be opened again")
    return done


def try_space(world, space, rounds):
    try:
        space.fit(ROOMY)
        done = fill(world, space, rounds)
        lines = world.look(**space.conditions)  # on the full disk: opened, or refused with advice
        if not any(line.startswith("state ") or ADVICE in line for line in lines):
            raise workload.Failure("; ".join(lines))
        space.fit(ROOMY)
        done = world.verify(done)
        lines = world.run(done, BETWEEN, **space.conditions)
        if workload.acknowledged(lines) != BETWEEN:
            raise workload.Failure("; ".join(lines))
        world.verify(done + BETWEEN)
    finally:
        space.close()
    print(f"{space.name}: full {rounds + 1} times, {done + BETWEEN} steps")


def can_mount(directory):
    directory.mkdir()
    try:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=65536", "tmpfs", directory],
                              capture_output=True)
    except OSError:
        return False
    if done.returncode == 0:
        subprocess.run(["umount", directory], check=True)
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--workload", required=True, type=workload.path)
    parser.add_argument("--disk", required=True, type=workload.path)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seed", type=int, default=20240617)
    given = parser.parse_args()
    with workload.place("full") as name:
        directory = workload.path(name)
        spaces = [SaidSpace] + ([RealSpace] if can_mount(directory / "mount") else [])
        for number, space_of in enumerate(spaces):
            world = workload.World(given.workload, given.disk, directory / f"{number}", given.seed)
            try:
                try_space(world, space_of(world), given.rounds)
            except workload.Failure as failure:
                print(f"{space_of.name}, seed {given.seed}: {failure}")
                return 1
            finally:
                world.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
