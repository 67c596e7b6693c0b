"""The Python blocks of docs/python.md and docs/sql.md run, in order and in one place, and print what
stands behind them.

With CUPEL_ACCEPT=1 the page is written anew, to be read and committed."""
import contextlib
import io
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import place

DOCS = place.ROOT / "docs"
BLOCK = re.compile(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.S)


class Tour(unittest.TestCase):
    def test_python(self):
        self.run_page(DOCS / "python.md", 8)

    def test_sql(self):
        sys.path.insert(0, str(DOCS / "examples"))
        self.run_page(DOCS / "sql.md", 1, place.ROOT / "tests" / "docs" / "setup.sql")

    def run_page(self, page, least, setup=None):
        """`setup`: statements that make street.cupel of the sample dataset first."""
        text = page.read_text()
        blocks = list(BLOCK.finditer(text))
        self.assertGreaterEqual(len(blocks), least)
        program = os.environ["CUPEL_PROGRAM"]
        with tempfile.TemporaryDirectory(prefix="cupel-tour-") as folder:
            demo = pathlib.Path(folder) / "demo"
            subprocess.run([program, "demo", str(demo)], check=True, stdout=subprocess.DEVNULL)
            if setup:
                subprocess.run([program, "street.cupel", "-f", str(setup)], cwd=demo, check=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            printed = self.run_blocks(page, blocks, demo)
        if os.environ.get("CUPEL_ACCEPT"):
            outputs = iter(printed)
            page.write_text(BLOCK.sub(lambda found: self.written(found, next(outputs)), text))
        else:
            for block, output in zip(blocks, printed):
                self.assertEqual(output, block.group(2) or "", block.group(1))

    @staticmethod
    def run_blocks(page, blocks, directory):
        names, printed = {}, []
        before = os.getcwd()
        os.chdir(directory)
        try:
            for block in blocks:
                out = io.StringIO()
                with contextlib.redirect_stdout(out):
                    exec(compile(block.group(1), str(page), "exec"), names)
                printed.append(out.getvalue())
        finally:
            os.chdir(before)
            for value in names.values():
                if isinstance(value, place.cupel.Database):
                    value.close()  # the next page has one of the same name
        return printed

    @staticmethod
    def written(block, output):
        code = f"```python\n{block.group(1)}```\n"
        return code if block.group(2) is None else f"{code}\n```text\n{output}```\n"


if __name__ == "__main__":
    unittest.main()
