"""A terminal on which lines are edited. What it shows is kept by a small screen that knows the few
sequences that the line editor sends."""
import re
import termios
import time

from program import LONGEST
from terminal import TerminalTest

KEYS = {"up": "\x1b[A", "ctrl-c": "\x03", "ctrl-r": "\x12", "ctrl-u": "\x15"}


class Screen:
    """The lines that a terminal has shown: text, returns, and moves within a line."""

    def __init__(self):
        self.lines = [""]
        self.column = 0

    def feed(self, text):
        at = 0
        while at < len(text):
            found = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])").match(text, at)
            if found:
                self.control(found.group(2), int(found.group(1).split(";")[0] or 1))
                at = found.end()
                continue
            char = text[at]
            at += 1
            if char == "\n":
                self.lines.append("")
            elif char == "\r":
                self.column = 0
            elif char == "\b":
                self.column = max(0, self.column - 1)
            elif char != "\x07":
                line = self.lines[-1].ljust(self.column)
                self.lines[-1] = line[:self.column] + char + line[self.column + 1:]
                self.column += 1

    def control(self, kind, number):
        line = self.lines[-1]
        if kind == "K":
            self.lines[-1] = line[:self.column]
        elif kind == "G":
            self.column = number - 1
        elif kind == "C":
            self.column += number
        elif kind == "D":
            self.column = max(0, self.column - number)
        elif kind == "P":
            self.lines[-1] = line[:self.column] + line[self.column + number:]
        elif kind == "@":
            self.lines[-1] = line[:self.column] + " " * number + line[self.column:]


class EditingTest(TerminalTest):
    environment = {"TERM": "xterm", "LC_ALL": "C.UTF-8", "PAGER": "cat"}

    def open(self, *arguments, **variables):
        self.state = self.place / "state"
        self.shown = Screen()
        return super().open(*arguments, XDG_STATE_HOME=str(self.state), **variables)

    def check(self, shown):
        self.shown.feed(shown.decode(errors="replace"))

    def press(self, keys, at_once=False):
        """Types when the editor listens: it shows its prompt before it takes the terminal over."""
        limit = time.monotonic() + LONGEST
        while not at_once and termios.tcgetattr(self.terminal)[3] & termios.ICANON and time.monotonic() < limit:
            time.sleep(0.01)
        super().press(keys)

    def screen(self, typed, end="cupel> ", at_once=False):
        """Types, waits for a last line that ends so (a text) or for lines that match (a pattern), and
        tells what has been shown from the line that was typed in."""
        first = len(self.shown.lines) - 1
        self.press(typed, at_once)
        limit = time.monotonic() + LONGEST
        while True:
            text = "\n".join(self.shown.lines[first:])
            more = self.read_some(limit, f"{end!r}, got {text!r}")
            self.assertTrue(more, f"it ended; waited for {end!r}, got {text!r}")
            self.shown.feed(more.decode(errors="replace"))
            text = "\n".join(self.shown.lines[first:])
            if text.endswith(end) if isinstance(end, str) else end.search(text):
                return text

    def raw(self, typed):
        """The bytes that are shown up to the next prompt."""
        self.press(typed)
        shown = b""
        limit = time.monotonic() + LONGEST
        while not shown.endswith(b"cupel> "):
            shown += self.read_some(limit)
        return shown
