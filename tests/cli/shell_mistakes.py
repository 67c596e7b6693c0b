"""Sixty mistakes, and what the shell says of each (mistakes.txt): the message as it was accepted, and the
carets under the words that the file names, as a terminal shows them. Widths are computed here, from
Unicode's own tables.

CUPEL_ACCEPT=1 writes what the shell says into the file, to be read and committed."""
import json
import os
import pathlib
import unicodedata

from program import ShellTest

GOLDEN = pathlib.Path(__file__).with_name("mistakes.txt")
BOX = {"x": 1, "y": 2, "width": 30, "height": 40}


def width(text):
    return sum(0 if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me", "Cf")
               else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def cases():
    """(words under the carets, statement, what is said): blocks of the file."""
    for block in GOLDEN.read_text().split("\n====\n"):
        head, _, said = block.partition("\n----\n")
        words, _, statement = head.partition("\n")
        yield words, statement, said.rstrip("\n")


def under_carets(said):
    """The part of the shown line that the carets stand under; None where there are none."""
    lines = [line for line in said.split("\n") if line.startswith("  | ")]
    if len(lines) < 2 or "^" not in lines[-1]:
        return None
    text, marks = lines[-2][4:], lines[-1][4:]
    begin = width(marks[:marks.index("^")])
    end = begin + marks.count("^")
    shown, at = "", 0
    for char in text:
        if begin <= at < end:
            shown += char
        at += width(char)
    return shown


class Mistakes(ShellTest):
    def setUp(self):
        super().setUp()
        items = [{"reference_id": f"a{n}", "width": 64, "height": 48,
                  "metadata": {"weather": "rainy", "speed": n, "fahrbahn_straße": "nass", "道路": "湿"}} for n in range(3)]
        boxes = [{"reference_id": "a0", "label": label, "geometry": BOX} for label in ("pedestrian", "traffic light")]
        for kind, rows, more in (("ITEMS", items, ""), ("ANNOTATIONS", boxes, ""),
                                 ("PREDICTIONS", [{**box, "confidence": 0.5} for box in boxes], " AS RUN large")):
            self.cupel("db", "-c", f"IMPORT {kind} FROM '{self.write_lines('rows.jsonl', rows)}'{more}")
        self.cupel("db", "-c", "CREATE SLICE night AS metadata.speed > 0")

    def said(self, statement):
        self.write("statement.sql", statement)
        return self.cupel("db", "-f", "statement.sql", expect=None).err.rstrip("\n")

    def test_sixty_mistakes(self):
        found = list(cases())
        self.assertGreaterEqual(len(found), 60)
        said = [self.said(statement) for _, statement, _ in found]
        if os.environ.get("CUPEL_ACCEPT"):
            GOLDEN.write_text("\n====\n".join(f"{words}\n{statement}\n----\n{text}" for (words, statement, _), text
                                              in zip(found, said)) + "\n")
        for (words, statement, expected), text in zip(cases(), said):
            with self.subTest(statement):
                self.assertEqual(text, expected)
                self.assertRegex(text, "^(error|warning): ")
                self.assertEqual(under_carets(text) if words != "-" else "-", words)

    def test_the_same_as_json(self):
        """Line and column count code points, and lead to the same words."""
        for words, statement, expected in cases():
            if words in ("-", ""):
                continue
            self.write("statement.sql", statement)
            run = self.cupel("db", "--errors", "json", "-f", "statement.sql", expect=None)
            error = next(json.loads(line) for line in run.err.splitlines() if line.startswith("{"))
            with self.subTest(statement):
                line = statement.split("\n")[error["line"] - 1]
                begin = error["column"] - 1
                self.assertEqual(line[begin:begin + error["length"]].replace("\t", " "), words)
