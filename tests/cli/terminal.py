"""Runs the program on a pseudo-terminal."""
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time

import program
from program import LONGEST, ShellTest


class TerminalTest(ShellTest):
    environment = {"TERM": "dumb"}
    width, height = 80, 24

    def open(self, *arguments, **variables):
        """Starts the program; what it shows up to its prompt."""
        self.terminal, side = pty.openpty()
        self.addCleanup(os.close, self.terminal)
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", self.height, self.width, 0, 0))
        self.process = subprocess.Popen([program.CUPEL, *arguments], cwd=self.place, stdin=side,
                                        stdout=side, stderr=side, start_new_session=True,
                                        preexec_fn=self.take_terminal,
                                        env={**os.environ, **self.environment, **variables})
        os.close(side)
        self.addCleanup(self.end, self.process)
        return self.read_to("cupel> ")

    @staticmethod
    def take_terminal():
        """Makes the terminal the one whose Ctrl-C the process gets."""
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def read_some(self, limit, waited="more"):
        """The next bytes; nothing at the end of the program."""
        ready, _, _ = select.select([self.terminal], [], [], max(0, limit - time.monotonic()))
        self.assertTrue(ready, f"waited for {waited}")
        try:
            return os.read(self.terminal, 65536)
        except OSError:  # the other side is closed
            return b""

    def read_to(self, end):
        """What the terminal shows up to a text, or to the end of the program (None)."""
        shown = b""
        limit = time.monotonic() + LONGEST
        while end is None or not shown.decode(errors="replace").endswith(end):
            more = self.read_some(limit, f"{end!r}, got {shown!r}")
            if not more:
                self.assertIsNone(end, shown)
                break
            shown += more
        self.check(shown)
        return shown.decode().replace("\r\n", "\n")

    def check(self, shown):
        """Of all that is shown."""

    def press(self, keys):
        os.write(self.terminal, keys.encode())

    def leave(self):
        self.press("\x04")
        self.read_to(None)
        self.assertEqual(self.process.wait(timeout=LONGEST), 0)


class PlainTerminalTest(TerminalTest):
    """On a terminal that can nothing: lines are not edited, and no escape byte is shown."""

    def check(self, shown):
        self.assertNotIn(b"\x1b", shown)

    def type(self, text, end="cupel> "):
        self.press(text)
        return self.read_to(end)
