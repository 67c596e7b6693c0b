"""The blocks of docs/python.md run, in order and in one place, and print what stands behind them.

With CUPEL_ACCEPT=1 the page is written anew, to be read and committed."""
import contextlib
import io
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import place

PAGE = place.ROOT / "docs" / "python.md"
BLOCK = re.compile(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.S)


class Tour(unittest.TestCase):
    def test_the_page(self):
        text = PAGE.read_text()
        blocks = list(BLOCK.finditer(text))
        self.assertGreater(len(blocks), 8)
        with tempfile.TemporaryDirectory(prefix="cupel-tour-") as folder:
            subprocess.run([os.environ["CUPEL_PROGRAM"], "demo", os.path.join(folder, "demo")], check=True,
                           stdout=subprocess.DEVNULL)
            printed = self.run_blocks(blocks, pathlib.Path(folder) / "demo")
        if os.environ.get("CUPEL_ACCEPT"):
            outputs = iter(printed)
            PAGE.write_text(BLOCK.sub(lambda found: self.written(found, next(outputs)), text))
        else:
            for block, output in zip(blocks, printed):
                self.assertEqual(output, block.group(2) or "", block.group(1))

    @staticmethod
    def run_blocks(blocks, directory):
        names, printed = {}, []
        before = os.getcwd()
        os.chdir(directory)
        try:
            for block in blocks:
                out = io.StringIO()
                with contextlib.redirect_stdout(out):
                    exec(compile(block.group(1), str(PAGE), "exec"), names)
                printed.append(out.getvalue())
        finally:
            os.chdir(before)
        return printed

    @staticmethod
    def written(block, output):
        code = f"```python\n{block.group(1)}```\n"
        return code if block.group(2) is None else f"{code}\n```text\n{output}```\n"


if __name__ == "__main__":
    unittest.main()
