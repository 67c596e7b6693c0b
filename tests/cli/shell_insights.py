"""Assertions in scripts, and insights as bars."""
import csv
import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import termios
import unicodedata

import program
from program import LONGEST, ShellTest


def columns(text):
    """Columns of a terminal."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in text)


class Insights(ShellTest):
    def setUp(self):
        super().setUp()
        items, boxes = [], []
        for n in range(60):
            items.append({"reference_id": f"i{n}", "width": 640, "height": 480,
                          "metadata": {"city": "京都" if n % 3 else "Bonn \x1b[31m", "n": n,
                                       "street": f"street {n % 30}"}})
            for k in range(n % 4):
                boxes.append({"reference_id": f"i{n}", "annotation_id": f"b{k}",
                              "label": "交通標識" if k else "car", "type": "box",
                              "geometry": {"x": 10 * k, "y": 20, "width": 30, "height": 40}})
        self.import_items(items)
        self.write_lines("boxes.jsonl", boxes)
        self.cupel("db", "-c", "IMPORT ANNOTATIONS FROM 'boxes.jsonl'")

    def bars(self, locale="C.UTF-8"):
        done = subprocess.run([program.CUPEL, "db", "--format", "table", "-c", "SHOW INSIGHTS"],
                              cwd=self.place, env={**os.environ, "LC_ALL": locale},
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LONGEST)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn(b"\x1b", done.stdout)
        return done.stdout.decode()

    def in_window(self, width):
        """The lines of the bars in a terminal so wide."""
        terminal, side = pty.openpty()
        self.addCleanup(os.close, terminal)
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
        process = subprocess.Popen([program.CUPEL, "db", "-c", "SHOW INSIGHTS"], cwd=self.place,
                                   env={**os.environ, "LC_ALL": "C.UTF-8"}, stdout=side)
        os.close(side)
        self.addCleanup(self.end, process)
        shown = b""
        while True:
            try:
                more = os.read(terminal, 65536)
            except OSError:
                break
            if not more:
                break
            shown += more
        self.assertEqual(process.wait(timeout=LONGEST), 0)
        return shown.decode().replace("\r\n", "\n").split("\n")

    def test_bars_stand_under_headings(self):
        out = self.bars()
        self.assertIn("annotations per image\n  0  15 █", out)
        self.assertIn("\n\nlabels\n  car       45 ", out)
        self.assertIn("\n  交通標識  45 ", out)
        # A text that no query can hold is among the others.
        self.assertIn("\nmetadata.city\n  京都     40 █", out)
        self.assertIn("\n  (other)  20 █", out)
        self.assertRegex(out, r"\n\d+ bars \(\d+\.\d+ s\)\n60 items, 90 annotations\n$")
        self.assertNotIn(" \n", out)

    def test_all_bars_are_shown_and_their_lengths_are_shares(self):
        out = self.bars()
        number = int(re.search(r"\n(\d+) bars", out).group(1))
        self.assertGreater(number, 40)
        self.assertEqual(len(re.findall(r"^  \S.*\d( [█▉▊▋▌▍▎▏]+)?$", out, re.M)), number)
        lengths = {line.split()[0]: len(line.split()[-1])
                   for line in out.split("\n\n")[0].split("\n")[1:]}
        self.assertEqual(lengths["0"], lengths["3"])

    def test_lines_fit_the_window(self):
        for width in (40, 80, 200):
            lines = self.in_window(width)
            bars = [line for line in lines if "█" in line]
            self.assertGreater(len(bars), 20)
            for line in bars:
                self.assertLess(columns(line), width + 1, line)
            self.assertEqual(max(columns(line) for line in bars), width - 1)

    def test_without_utf8_bars_are_ascii(self):
        out = self.bars("C")
        self.assertNotIn("█", out)
        self.assertRegex(out, r"annotations per image\n  0  15 #+\n")

    def test_rows_in_other_formats_have_queries(self):
        run = self.cupel("db", "-c", "SHOW INSIGHTS WHERE metadata.n < 30")
        rows = list(csv.reader(io.StringIO(run.out)))
        self.assertEqual(rows[0], ["insight", "bar", "count", "query"])
        self.assertIn(["labels", "car", "22", 'FROM annotations WHERE item.metadata.n < 30 AND '
                                              'label = "car"'], rows)
        self.assertEqual(run.err, "30 items, 43 annotations; not shown: metadata.street "
                                  "(every text is another one)\n")


class Assertions(ShellTest):
    def test_a_script_ends_at_the_first_that_fails(self):
        self.numbered(3)
        self.write("checks.sql", "ASSERT (SELECT count()) = 3;\n"
                                 "ASSERT (SELECT max(metadata.n)) < 2;\n"
                                 "SELECT count() AS never;\n")
        for arguments, text in ((["-f", "checks.sql"], None),
                                (["-c", (self.place / "checks.sql").read_text()], None),
                                ([], (self.place / "checks.sql").read_text())):
            run = self.cupel("db", *arguments, text=text, expect=1)
            self.assertEqual(run.out, "comparison,figures,holds\n(SELECT count()) = 3,3 = 3,true\n")
            self.assertEqual(run.err.splitlines(), [
                "assertion holds: 3 = 3",
                "error: the assertion does not hold: (SELECT max(metadata.n)) is 2, and 2 < 2 is "
                "false",
                "  | ASSERT (SELECT max(metadata.n)) < 2",
                "  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^"])

    def test_it_is_asked_beside_a_writer(self):
        self.numbered(3)
        run = self.cupel("db", "--read-only", "--format", "table", "-c",
                         "ASSERT (SELECT count()) > 2 AND (SELECT count()) < 9")
        self.assertIn("2 comparisons (", run.out)
        self.assertTrue(run.out.endswith("assertion holds: 3 > 2 AND 3 < 9\n"), run.out)
