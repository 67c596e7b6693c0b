"""Opens a page in headless Chromium, and reads what became of it."""
import html.parser
import json
import pathlib
import struct
import subprocess
import tempfile
import zlib

CHROMIUM = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--hide-scrollbars", "--disable-dev-shm-usage",
            "--host-resolver-rules=MAP * ~NOTFOUND"]
LONGEST = 120  # seconds
SIZE = (1400, 1800)


class Elements(html.parser.HTMLParser):
    """All elements in order, as (tag, {attribute: value}); and the text between them."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.found = []
        self.text = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


class Page:
    """The document as the browser built it, its requests, and a picture of it."""

    def __init__(self, path):
        with tempfile.TemporaryDirectory(prefix="cupel-browser-") as folder:
            folder = pathlib.Path(folder)
            log = folder / "requests.json"
            url = pathlib.Path(path).absolute().as_uri()
            dom = self._run(folder, f"--log-net-log={log}", "--dump-dom", url)
            self.dom = dom.decode()
            elements = Elements(self.dom)
            self.elements = elements.found
            self.text = "".join(elements.text)
            self.requests = requests_of(log.read_text())
            picture = folder / "page.png"
            self._run(folder, f"--window-size={SIZE[0]},{SIZE[1]}", f"--screenshot={picture}", url)
            self.png = picture.read_bytes()

    @staticmethod
    def _run(folder, *arguments):
        done = subprocess.run([*CHROMIUM, f"--user-data-dir={folder / 'profile'}", *arguments],
                              capture_output=True, timeout=LONGEST, check=True)
        return done.stdout

    def of(self, tag, **attributes):
        """The elements of a tag that have all these attributes, `class_` being `class`."""
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [found for name, found in self.elements
                if name == tag and wanted.items() <= found.items()]


def requests_of(log):
    """The network addresses that the page asked for; the browser's own errands have no origin."""
    # A browser that is ended may leave the closing brackets out.
    text = log.rstrip().rstrip(",")
    try:
        events = json.loads(text)["events"]
    except json.JSONDecodeError:
        events = json.loads(text + "]}")["events"]
    params = [event.get("params", {}) for event in events]
    return {found["url"] for found in params
            if "url" in found and found.get("initiator", "not an origin") != "not an origin"}


def pixels(png):
    """(width, height, rows of RGB or RGBA bytes, bytes a pixel) of an 8-bit PNG without interlace."""
    at, data, head = 8, b"", None
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        body = png[at + 8:at + 8 + length]
        head = struct.unpack(">IIBBBBB", body) if kind == b"IHDR" else head
        data += body if kind == b"IDAT" else b""
        at += 12 + length
    width, height, depth, color, _, _, interlace = head
    assert depth == 8 and color in (2, 6) and interlace == 0, head
    step = 4 if color == 6 else 3
    return width, height, list(unfiltered(zlib.decompress(data), width * step, height, step)), step


def unfiltered(data, stride, height, step):
    before = bytearray(stride)
    for number in range(height):
        kind, *line = data[number * (stride + 1):(number + 1) * (stride + 1)]
        for i in range(stride):
            left = line[i - step] if i >= step else 0
            above = before[i]
            corner = before[i - step] if i >= step else 0
            if kind == 1:
                line[i] = (line[i] + left) & 255
            elif kind == 2:
                line[i] = (line[i] + above) & 255
            elif kind == 3:
                line[i] = (line[i] + (left + above) // 2) & 255
            elif kind == 4:
                near = left + above - corner
                a, b, c = abs(near - left), abs(near - above), abs(near - corner)
                line[i] = (line[i] + (left if a <= b and a <= c else above if b <= c else corner)) & 255
        before = bytearray(line)
        yield bytes(line)
