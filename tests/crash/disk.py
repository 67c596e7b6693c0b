"""The disk of disk/disk.h from outside: programs on it, what they did to it, and what a power loss
leaves of that.

What is on a disk is what programs see; what is *certain* is what would be there after a power loss:
of a file what was in it when it was last synced, of a directory the names that it had when it was.
Everything since is *pending*, and a power loss leaves any part of it that a journalling file system
may leave: of each directory the changes of names up to some moment, of each file some of its pages
or what was written up to some moment. A rename is in both of its directories or in neither.
"""
import collections
import os
import pathlib
import struct

LOOK, READ, WRITE, NAME, SYNC, CLOSE = "lrwnsc"
ALL = LOOK + READ + WRITE + NAME + SYNC + CLOSE
PAGE = 4096
HEAD = struct.Struct("=BBHiqII")  # struct Record

Record = collections.namedtuple("Record", "kind kind_class error fd number first second")


def environment(library, root, trace=None, fail=None, space=None):
    """For a program on the disk. `fail`: (classes, the how manieth, errno or "short", sticky)."""
    more = {"LD_PRELOAD": str(library), "CUPEL_DISK_ROOT": str(root)}
    if trace:
        more["CUPEL_DISK_TRACE"] = str(trace)
    if fail:
        classes, number, error, sticky = fail
        more["CUPEL_DISK_FAIL"] = f"{classes} {number} {error} {'sticky' if sticky else 'once'}"
    if space:
        more["CUPEL_DISK_SPACE"] = str(space)
    return os.environ | more


def records(trace):
    data = pathlib.Path(trace).read_bytes()
    at = 0
    while at < len(data):
        kind, kind_class, error, fd, number, first, second = HEAD.unpack_from(data, at)
        at += HEAD.size
        yield Record(chr(kind), chr(kind_class), error, fd, number, data[at:at + first],
                     data[at + first:at + first + second])
        at += first + second


class File:
    def __init__(self, data=b""):
        self.data = bytearray(data)
        self.certain = bytearray(data)
        self.pending = []  # (offset, bytes), or (length, None)

    @staticmethod
    def change(data, at, new):
        if new is None:
            data[at:] = b"\0" * max(0, at - len(data))
            return
        data.extend(b"\0" * (at - len(data)))
        data[at:at + len(new)] = new

    def write(self, at, new):
        self.change(self.data, at, new)
        self.pending.append((at, new))

    def sync(self):
        for at, new in self.pending:
            self.change(self.certain, at, new)
        self.pending = []

    def lose(self):
        """A sync failed: programs still see what was pending, and it will never be certain."""
        self.pending = []

    def left(self, chance, how):
        """The bytes that a power loss leaves: of what is pending none, all, what was written up to
        some moment, or some pages of it."""
        data = bytearray(self.certain)
        if how == "pages" and all(new is not None for _, new in self.pending):
            self.leave_pages(data, chance)
            return bytes(data)
        moment = {"none": 0, "all": len(self.pending)}.get(how)
        torn = moment is None
        if torn:
            moment = chance.randint(0, len(self.pending))
        for at, new in self.pending[:moment]:
            self.change(data, at, new)
        if torn and moment < len(self.pending) and self.pending[moment][1]:
            at, new = self.pending[moment]
            self.change(data, at, new[:chance.randint(0, len(new))])
        return bytes(data)

    def leave_pages(self, data, chance):
        pages = sorted({page for at, new in self.pending
                        for page in range(at // PAGE, (at + len(new) + PAGE - 1) // PAGE)})
        whole = bytearray(self.certain)
        for at, new in self.pending:
            self.change(whole, at, new)
        for page in pages:
            if chance.random() < 0.5:
                self.change(data, page * PAGE, whole[page * PAGE:(page + 1) * PAGE])


class Directory:
    def __init__(self):
        self.names = {}
        self.certain = {}


class Disk:
    """What is on a disk, and what is certain of it. It begins as the directory `root`, all of which
    is certain, and is led through the records of a trace. With `lying` syncs do nothing."""

    def __init__(self, root, lying=False):
        self.root = str(pathlib.Path(root).resolve())
        self.lying = lying
        self.top = self.load(pathlib.Path(root))
        self.open = {}
        self.pending = []  # of names: lists of (directory, name, what it is then)
        self.told = b""

    def load(self, path):
        directory = Directory()
        for entry in path.iterdir():
            node = self.load(entry) if entry.is_dir() else File(entry.read_bytes())
            directory.names[entry.name] = directory.certain[entry.name] = node
        return directory

    def place(self, path):
        """The directory that a path is in, and its name there."""
        parts = [part for part in path.decode()[len(self.root):].split("/") if part not in ("", ".")]
        directory = self.top
        for part in parts[:-1]:
            directory = directory.names[part]
        return directory, parts[-1] if parts else None

    def rename(self, *changes):
        for directory, name, node in changes:
            if node is None:
                directory.names.pop(name, None)
            else:
                directory.names[name] = node
        self.pending.append(changes)

    def do(self, record):
        if record.kind == "s" and record.error and record.fd in self.open:
            node = self.open[record.fd]
            if isinstance(node, File):
                node.lose()
        if record.error == 0:
            action = self.ACTIONS.get(record.kind)
            if action:
                action(self, record)

    def do_open(self, record):
        directory, name = self.place(record.first)
        node = directory if name is None else directory.names.get(name)
        if node is None:
            node = File()
            self.rename((directory, name, node))
        elif record.number & os.O_TRUNC and node.data:
            node.write(0, None)
        self.open[record.fd] = node

    def do_write(self, record):
        if record.first:
            self.open[record.fd].write(record.number, record.first)

    def do_resize(self, record):
        self.open[record.fd].write(record.number, None)

    def do_sync(self, record):
        node = self.open[record.fd]
        if self.lying:
            return
        if isinstance(node, File):
            node.sync()
            return
        left = []
        for changes in self.pending:
            if any(directory is node for directory, _, _ in changes):
                self.settle(changes)
            else:
                left.append(changes)
        self.pending = left

    @staticmethod
    def settle(changes, names=None):
        for directory, name, node in changes:
            certain = directory.certain if names is None else names[id(directory)]
            if node is None:
                certain.pop(name, None)
            else:
                certain[name] = node

    def do_rename(self, record):
        (old, old_name), (new, new_name) = self.place(record.first), self.place(record.second)
        self.rename((old, old_name, None), (new, new_name, old.names[old_name]))

    def do_link(self, record):
        (old, old_name), (new, new_name) = self.place(record.first), self.place(record.second)
        self.rename((new, new_name, old.names[old_name]))

    def do_unlink(self, record):
        directory, name = self.place(record.first)
        self.rename((directory, name, None))

    def do_directory(self, record):
        directory, name = self.place(record.first)
        self.rename((directory, name, Directory()))

    def do_close(self, record):
        self.open.pop(record.fd, None)

    def do_tell(self, record):
        self.told += record.first

    ACTIONS = {"o": do_open, "w": do_write, "t": do_resize, "s": do_sync, "r": do_rename,
               "l": do_link, "u": do_unlink, "m": do_directory, "c": do_close, "a": do_tell}

    def leave(self, target, chance):
        """Writes what a power loss now leaves into the new directory `target`; says how it was."""
        how_names = chance.choice(["none", "some", "all"])
        how_bytes = chance.choice(["none", "all", "moment", "pages", "pages"])
        names = {}
        self.collect(self.top, names)
        for changes in self.pending:
            for directory, _, node in changes:
                names.setdefault(id(directory), dict(directory.certain))
                if isinstance(node, Directory):
                    self.collect(node, names)
        self.choose_names(names, chance, how_names)
        self.write(self.top, pathlib.Path(target), names, chance, how_bytes)
        return f"names {how_names}, bytes {how_bytes}"

    def collect(self, directory, names):
        names[id(directory)] = dict(directory.certain)
        for node in directory.certain.values():
            if isinstance(node, Directory):
                self.collect(node, names)

    def choose_names(self, names, chance, how):
        """Of each directory the changes up to some moment."""
        if how == "none":
            return
        ended = set()
        for changes in self.pending:
            directories = {id(directory) for directory, _, _ in changes}
            if how == "some" and (directories & ended or
                                  chance.random() < 1 / (1 + len(self.pending))):
                ended |= directories
            else:
                self.settle(changes, names)

    def write(self, directory, path, names, chance, how):
        path.mkdir()
        for name, node in names[id(directory)].items():
            if isinstance(node, Directory):
                self.write(node, path / name, names, chance, how)
            else:
                (path / name).write_bytes(node.left(chance, how))
