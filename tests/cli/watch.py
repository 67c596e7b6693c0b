"""Tells which files below a directory are opened, made, moved or removed, by whatever path."""
import ctypes
import os
import struct

OPENED, EVERYTHING_ELSE, HEAD = 0x20, 0x1 | 0x2 | 0x4 | 0x40 | 0x80 | 0x100 | 0x200, struct.Struct("iIII")
NONBLOCKING = os.O_NONBLOCK | os.O_CLOEXEC


class Watch:
    """Of a directory as it is, with the folders in it. Looking at names (listing, stat) is no use of them."""

    def __init__(self, top):
        libc = ctypes.CDLL(None, use_errno=True)
        self.queue = libc.inotify_init1(NONBLOCKING)
        self.places = {}
        for folder, _, _ in os.walk(top):
            number = libc.inotify_add_watch(self.queue, os.fsencode(folder), OPENED | EVERYTHING_ELSE)
            if self.queue < 0 or number < 0:
                raise OSError(ctypes.get_errno(), "inotify")
            self.places[number] = folder
        self.used()  # by the walk

    def close(self):
        os.close(self.queue)

    def used(self):
        """The paths that were used since the last call."""
        paths = set()
        while True:
            try:
                events = os.read(self.queue, 1 << 16)
            except BlockingIOError:
                return sorted(paths)
            while events:
                number, _, _, length = HEAD.unpack_from(events)
                name = events[HEAD.size:HEAD.size + length].rstrip(b"\0").decode()
                if name:  # else the folder itself was listed
                    paths.add(os.path.join(self.places[number], name))
                events = events[HEAD.size + length:]
