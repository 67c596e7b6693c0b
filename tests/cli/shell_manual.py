"""The manual page and the completion for bash know every option that the help knows."""
import re
import subprocess

from program import ShellTest


def options(text):
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text))


class Manual(ShellTest):
    def said(self, *arguments):
        return re.findall(r"^  (?:(-\w),)?(--[a-z-]+)", self.cupel(*arguments, "--help").out, re.M)

    def known(self):
        return {name for arguments in ([], ["demo"], ["check"], ["salvage"]) for pair in self.said(*arguments)
                for name in pair if name}

    def test_the_page_has_every_option_and_command(self):
        page = self.cupel("manual", "man").out
        bold = {name.replace("\\-", "-") for line in re.findall(r"\\fB(.*?)\\fR", page)
                for name in line.split(", ")}
        self.assertLessEqual(self.known(), bold)
        commands = {line.split()[0] for line in self.cupel(":memory:", text=".help\n").out.splitlines()
                    if line.startswith(".")}
        self.assertLessEqual(commands, {name.replace("\\&", "") for name in bold})

    def test_the_page_is_well_formed(self):
        (self.place / "cupel.1").write_text(self.cupel("manual", "man").out)
        done = subprocess.run(["groff", "-man", "-Tutf8", "-P-cbou", "-ww", "cupel.1"], cwd=self.place,
                              capture_output=True, text=True, check=True)
        self.assertEqual(done.stderr, "")
        self.assertIn("find what is unlabelled", done.stdout)
        self.assertIn(".refine TAG [N]", done.stdout)

    def complete(self, *words):
        """What bash would offer for the last word."""
        (self.place / "cupel.bash").write_text(self.cupel("manual", "bash").out)
        quoted = " ".join(f"'{word}'" for word in ("cupel", *words))
        script = (f"source ./cupel.bash; COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; _cupel; "
                  "printf '%s\\n' \"${COMPREPLY[@]}\"")
        done = subprocess.run(["bash", "-c", script], cwd=self.place, capture_output=True, text=True, check=True)
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_bash_completes(self):
        mine = {name for pair in self.said() for name in pair if name}
        self.assertLessEqual(mine, set(self.complete("db", "-")))
        self.assertEqual(self.complete("db", "--no-h"), ["--no-history"])
        self.assertEqual(self.complete("db", "--format", "j"), ["json", "jsonl"])
        self.assertIn("demo", self.complete("de"))
        self.assertIn("--images", self.complete("demo", "--"))
        (self.place / "street.cupel").mkdir()
        self.assertEqual(self.complete("str"), ["street.cupel"])
