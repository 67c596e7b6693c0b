"""The fuzzers' driver notices what it must notice: self_test.py FUZZ_SELF"""
import pathlib
import subprocess
import sys
import tempfile

# Whether the given inputs hold it already, or changes of them must come to it.
GIVEN = ["an abort", "a throw", "a fault", "a slow one", "a large one"]


def run(directory, *arguments):
    return subprocess.run([sys.argv[1], directory / "inputs", "--findings", directory / "findings",
                           *arguments], capture_output=True, text=True)


def check(inputs, fails, *arguments):
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        (directory / "inputs").mkdir()
        for i, text in enumerate(inputs):
            (directory / "inputs" / str(i)).write_text(text)
        done = run(directory, *arguments)
        findings = [path.read_text(errors="replace") for path in (directory / "findings").iterdir()]
        if fails != (done.returncode != 0) or fails != (len(findings) == 1):
            sys.exit(f"{inputs}: ended with {done.returncode}, {findings}\n{done.stdout}{done.stderr}")
        return findings


for text in GIVEN:
    if check([text], True) != [text]:
        sys.exit(f"{text}: another input is stored")
check(["all is well"], False, "--runs", "1000")
if "abort" not in check(["ab", "ort", "bort"], True, "--runs", "100000", "--seed", "1")[0]:
    sys.exit("the input that is stored does not fail")
