#!/usr/bin/env python3
"""The shell as its users meet it: arguments, answers, endings and the prompt.

    shell_test.py --cupel PROGRAM [unittest arguments]
"""
import argparse
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import program  # noqa: E402
import shell_answers  # noqa: E402
import shell_commands  # noqa: E402
import shell_editing  # noqa: E402
import shell_endings  # noqa: E402
import shell_insights  # noqa: E402
import shell_labeling  # noqa: E402
import shell_manual  # noqa: E402
import shell_mistakes  # noqa: E402
import shell_options  # noqa: E402
import shell_prompt  # noqa: E402
import shell_reach  # noqa: E402
import shell_refine  # noqa: E402
import shell_safe  # noqa: E402


def load_tests(loader, tests, pattern):
    suite = unittest.TestSuite()
    for module in (shell_options, shell_answers, shell_endings, shell_prompt, shell_commands, shell_manual, shell_mistakes,
                   shell_editing, shell_labeling, shell_insights, shell_refine, shell_safe,
                   shell_reach):
        suite.addTests(loader.loadTestsFromModule(module))
    return suite


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cupel", required=True)
    arguments, rest = parser.parse_known_args()
    program.CUPEL = str(pathlib.Path(arguments.cupel).resolve())
    unittest.main(argv=[sys.argv[0], *rest])
