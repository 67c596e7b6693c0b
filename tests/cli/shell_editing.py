"""The prompt with editing of lines, on terminals of several widths. What a terminal shows is kept by a
small screen that knows the few sequences that the line editor sends."""
import re
import stat
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


class Editing(TerminalTest):
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

    def fill(self):
        self.cupel("demo", "demo", "--images", "60")
        self.cupel("db", "-c", "IMPORT ITEMS FROM 'demo/items.jsonl';"
                   "IMPORT ANNOTATIONS FROM 'demo/annotations.jsonl';"
                   "IMPORT PREDICTIONS FROM 'demo/predictions.jsonl' AS RUN large")

    def test_a_label_is_completed(self):
        self.fill()
        self.open("db")
        self.assertIn("annotations.pedestrian ", self.screen("annotations.ped\t", "pedestrian "))
        self.assertIn("SELECT", self.screen(KEYS["ctrl-u"] + "sel\t", "SELECT "))
        self.screen(KEYS["ctrl-c"])
        self.leave()

    def test_candidates_are_listed_with_counts(self):
        self.fill()
        self.open("db")
        shown = self.screen("annotations.\t", re.compile(r"dimensions.*\n.*cupel> annotations\.$", re.S))
        self.assertRegex(shown, r"car +\d+ annotations" if self.width > 60 else r"car")
        self.assertIn('"traffic light"', shown)
        for line in shown.split("\n"):
            self.assertLessEqual(len(line), self.width)
        self.screen(KEYS["ctrl-c"])
        shown = self.screen("metadata.weather = \t", re.compile(r"foggy.*\n.*weather = $", re.S))
        self.assertRegex(shown, r"foggy +\d+ items")
        self.screen(KEYS["ctrl-c"])
        self.leave()

    def test_several_lines_and_what_is_open(self):
        self.numbered(3)
        self.open("db")
        self.screen("SELECT count() AS n FROM items WHERE (metadata.n > 0\n", "...(> ")
        shown = self.screen(") AND reference_id != 'i9\n", "...'> ")
        shown = self.screen("';\n")
        self.assertRegex(shown, r"│ +2 │")
        self.leave()

    def test_history_comes_back_in_the_next_shell(self):
        self.numbered(3)
        self.open("db")
        self.screen("SELECT count()\n", "...> ")
        self.screen("AS first;\n")
        self.screen("SELECT 7 AS second FROM items;\n")
        self.screen(" SELECT 8 AS hidden FROM items;\n")
        self.leave()
        kept = self.state / "cupel" / "history"
        self.assertEqual(stat.S_IMODE(kept.stat().st_mode), 0o600)
        self.assertEqual(kept.read_text(), "SELECT count()\\nAS first;\nSELECT 7 AS second FROM items;\n")
        with open(kept, "a") as other:  # of a shell beside it
            other.write("SELECT 9 AS other FROM items;\n")
        self.open("db")
        self.assertIn("other", self.screen(KEYS["up"], "items;"))
        self.screen(KEYS["ctrl-c"])
        self.assertIn("AS first;", self.screen(KEYS["ctrl-r"] + "first\x1b", re.compile("AS first;")))
        self.screen(KEYS["ctrl-c"])
        self.leave()
        self.assertIn("other", kept.read_text())

    def test_no_history(self):
        self.open(":memory:", "--no-history")
        self.screen("SELECT 1 FROM items;\n")
        self.leave()
        self.assertFalse(self.state.exists())

    def test_ctrl_c_clears_the_line_and_twice_leaves(self):
        self.open(":memory:")
        self.assertIn("nonsense ^C", self.screen("nonsense " + KEYS["ctrl-c"]))
        time.sleep(1.1)
        self.screen("SELECT (\n", "...(> ")
        self.screen(KEYS["ctrl-c"])
        self.screen(KEYS["ctrl-c"])
        self.press(KEYS["ctrl-c"])
        self.assertEqual(self.process.wait(timeout=LONGEST), 130)

    def test_ctrl_c_ends_a_long_statement_and_progress_is_shown(self):
        with open(self.place / "many.jsonl", "w") as lines:
            for n in range(1_000_000):
                lines.write('{"reference_id":"i%d","metadata":{"n":%d,"text":"number %d of many"}}\n' % (n, n, n))
        self.open("db")
        self.press("IMPORT ITEMS FROM 'many.jsonl';\n")
        shown = ""
        limit = time.monotonic() + LONGEST
        while "% import" not in shown:
            shown += self.read_some(limit).decode(errors="replace")
        line = r"\[[#-]{20}\] \d+% import [\d.]+ "
        self.assertRegex(shown, line + (r"MB of [\d.]+ MB, [\d.]+ MB/s, \d+ s left" if self.width > 60 else ""))
        begun = time.monotonic()
        shown = self.screen(KEYS["ctrl-c"], at_once=True)
        self.assertLess(time.monotonic() - begun, 5)
        self.assertIn("interrupted", shown)
        self.assertNotIn("% import", shown.split("interrupted")[1])
        self.assertRegex(self.screen("SELECT count() FROM items;\n"), r"│ +0 │")
        self.leave()

    def test_a_table_fits_the_window(self):
        self.fill()
        self.open("db")
        shown = self.screen("SELECT * FROM items LIMIT 3;\n")
        table = [line for line in shown.split("\n") if line[:1] in "┌│├└"]
        self.assertGreater(len(table), 5)
        for line in table:
            self.assertLessEqual(len(line), self.width)
        if self.width < 100:
            self.assertIn("…", shown)
            self.assertRegex(shown, r"\(\d+ of \d+ columns; \.mode csv shows all\)")
        self.leave()

    def test_a_chart(self):
        self.fill()
        self.open("db")
        self.screen("SELECT annotations.count AS boxes, count() AS images FROM items GROUP BY boxes "
                    "ORDER BY boxes;\n")
        shown = self.screen(".chart\n")
        bars = [line for line in shown.split("\n") if "█" in line]
        self.assertGreater(len(bars), 5)
        self.assertTrue(all(len(line) <= self.width for line in bars))
        self.leave()

    def test_a_tall_result_goes_to_the_pager(self):
        self.numbered(60)
        self.open("db", "--rows", "0", PAGER="sed s/^/PAGED/")
        self.assertIn("PAGED│ i59", self.screen("SELECT reference_id FROM items;\n"))
        self.assertNotIn("PAGED", self.screen("SELECT reference_id FROM items LIMIT 2;\n"))
        self.screen(".pager off\n")
        self.assertNotIn("PAGED", self.screen("SELECT reference_id FROM items;\n"))
        self.leave()

    def test_colour_is_for_terminals(self):
        self.open(":memory:")
        shown = self.raw("annotatons.count = 0;\n")
        self.assertIn(b"\x1b[1;31merror\x1b[0m:", shown)
        self.assertIn(b"\x1b[1;31m^^^^^^^^^^\x1b[0m", shown)
        self.leave()
        self.open(":memory:", NO_COLOR="1")
        shown = self.raw("annotatons.count = 0;\n")
        self.assertNotIn(b"\x1b[1;31m", shown)
        self.leave()


class Narrow(Editing):
    width = 40


class Wide(Editing):
    width = 200
