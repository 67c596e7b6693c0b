"""docs/benchmarks.md: each benchmark writes the part between its own two marks."""
import pathlib
import platform
import re

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def machine():
    """One line about what the figures were taken on."""
    cpu = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    cores = len(re.findall(r"^processor", pathlib.Path("/proc/cpuinfo").read_text(), re.M))
    memory = re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())
    return (f"{cpu.group(1).strip() if cpu else platform.processor()}, {cores} cores, "
            f"{int(memory.group(1)) / 2**20:.0f} GiB, {platform.system()} {platform.release()}")


def replace(name, text):
    """Puts `text` between the marks of `name`."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    page = PAGE.read_text()
    if begin not in page or end not in page:
        raise SystemExit(f"{PAGE} has no marks for {name}")
    before, rest = page.split(begin)
    _, after = rest.split(end)
    PAGE.write_text(before + begin + text.rstrip("\n") + "\n" + end + after)


def table(header, rows):
    """A markdown table; the first column is text, the others are numbers."""
    lines = ["| " + " | ".join(header) + " |",
             "| --- |" + " ---: |" * (len(header) - 1)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])
