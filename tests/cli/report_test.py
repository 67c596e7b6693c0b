#!/usr/bin/env python3
"""REPORT … TO 'page.html', opened in headless Chromium.

    report_test.py --cupel PROGRAM
"""
import argparse
import collections
import sys
import unittest

import browser
import program

TAGS = {
    "html": {"lang"}, "head": set(), "body": set(), "title": set(), "style": set(),
    "meta": {"charset", "http-equiv", "content", "name"}, "h1": set(), "h2": set(), "pre": set(),
    "p": {"class"}, "div": {"class"}, "b": set(), "span": set(), "figure": {"class"},
    "figcaption": set(), "a": {"href", "rel"}, "dl": set(), "dt": set(), "dd": set(),
    "table": set(), "tbody": set(), "tr": set(), "th": set(), "td": {"class"},
    "svg": {"viewbox", "role", "class"}, "g": {"class"},
    "rect": {"class", "x", "y", "width", "height"}, "path": {"d"},
    "text": {"class", "x", "y", "font-size"},
    "image": {"href", "width", "height", "preserveaspectratio"},
}
MARKUP = [
    "<script>fetch('http://evil.example/a')</script>", "<img src=x onerror=alert(1)>",
    "\"><img src=http://evil.example/b>", "'><svg/onload=alert(1)>", "</title><script>1</script>",
    "</style><script>1</script>", "</text></svg><iframe src=//evil.example>", "<!--", "-->", "]]>",
    "<![CDATA[<script>1</script>]]>", "&lt;script&gt;", "&#60;b&#62;", "&quot; onload=&quot;1",
    "\" onmouseover=\"alert(1)", "' style='background:url(http://evil.example/c)", "`onload=1`",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "vbscript:x",
    "data:text/html,<script>1</script>", "//evil.example/d", "\\\\evil.example\\e",
    "http://evil.example/f\" onclick=\"1", "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>", "<link rel=stylesheet href=//evil.example>",
    "<form action=//evil.example><input>", "<object data=//evil.example>", "<math><mi//xlink:href=\"x\">",
    "<a href=javascript:1>x</a>", "<use href=//evil.example#x>", "<foreignObject><b>x",
    "<animate attributeName=href to=javascript:1>", "{{7*7}}", "${7*7}", "%3Cscript%3E", "\\u003cscript\\u003e",
    "‮gnp.exe", "zero\u200bwidth", "\ufeffbom", "e\u0301", "道路<b>", "\x01\x02<i>", "a\nb<b>", "a\rb",
    "\x1b[31m", "x" * 500, "<" * 50,
]
PLACES = ("label", "key", "value", "file")
COLORS = {"found": (0x2d, 0xa4, 0x4e), "right": (0x2f, 0x8b, 0xff), "wrong": (0xff, 0x4d, 0x5e)}


def hostile_strings():
    """(place, string): 200 of them."""
    return [(place, text) for place in PLACES for text in MARKUP]


def named(text):
    """As much of it as a name may hold: no control characters, and at most 256 bytes."""
    return "".join(c for c in text if ord(c) >= 32)[:200]


class Report(program.ShellTest):
    def report(self, database, query, options=""):
        self.cupel(database, "-c", f"REPORT {query} TO 'page.html'{options}")
        return browser.Page(self.place / "page.html")

    def check_closed(self, page):
        """Nothing but what a report is made of, and nothing asked for."""
        for tag, attributes in page.elements:
            self.assertIn(tag, TAGS)
            self.assertLessEqual(set(attributes), TAGS[tag], tag)
            link = attributes.get("href", "data:image/")
            self.assertTrue(link.startswith(("data:image/", "file:", "./", "http://", "https://")), link)
        self.assertEqual(page.requests, set())
        policy = page.of("meta", **{"http-equiv": "Content-Security-Policy"})
        self.assertEqual(len(policy), 1)
        self.assertIn("default-src 'none'; img-src data:", policy[0]["content"])


class Browser(Report):
    def test_requests_are_seen(self):
        """What the other tests find none of."""
        page = browser.Page(self.place / self.write("page.html",
                                                    "<img src=http://evil.example/a>"))
        self.assertEqual(page.requests, {"http://evil.example/a"})


class Demo(Report):
    def test_images_and_boxes_are_there(self):
        self.cupel("demo", "street", "--images", "60")
        self.cupel("db", "-c", "IMPORT ITEMS FROM 'street/items.jsonl';"
                   "IMPORT ANNOTATIONS FROM 'street/annotations.jsonl';"
                   "IMPORT PREDICTIONS FROM 'street/predictions.jsonl' AS RUN large;"
                   "EVALUATE RUN large")
        query = "predictions.count > 3 ORDER BY predictions.count DESC LIMIT 12"
        page = self.report("db", query, " IMAGES 'street'")
        self.check_closed(page)
        self.assertIn(query, page.text)
        pictures = page.of("image")
        self.assertEqual(len(pictures), 12)
        self.assertTrue(all(found["href"].startswith("data:image/png;base64,") for found in pictures))
        objects = self.drawn(query)
        for name, count in objects.items():
            legend = 1 if "unmatched" in name else 0
            self.assertEqual(len(page.of("g", class_=name)), count + legend, name)
        self.check_picture(page)

    def drawn(self, query):
        """How many objects of each outcome the items of the query have."""
        ids = self.cupel("db", "--format", "csv", "-c", f"SELECT reference_id FROM items WHERE {query}")
        names = ", ".join(f'"{name}"' for name in ids.out.splitlines()[1:])
        counts = {}
        for name, source, outcome in (("truth matched", "annotations", "tp"),
                                      ("truth unmatched", "annotations", "fn"),
                                      ("guess matched", "predictions", "tp"),
                                      ("guess unmatched", "predictions", "fp")):
            found = self.cupel("db", "--format", "csv", "-c",
                               f"SELECT count() FROM {source} WHERE reference_id IN ({names}) "
                               f"AND outcome = {outcome} AND type != category")
            counts[name] = int(found.out.splitlines()[1])
        self.assertTrue(all(count > 0 for count in counts.values()), counts)
        return counts

    def check_picture(self, page):
        """The images are painted (thousands of colours), and over them strokes of each kind."""
        width, height, rows, step = browser.pixels(page.png)
        self.assertEqual((width, height), browser.SIZE)
        colors = collections.Counter(row[x:x + 3] for row in rows for x in range(0, len(row), step))
        self.assertGreater(len(colors), 3000)
        for name, color in COLORS.items():
            self.assertGreater(colors[bytes(color)], 100, name)

    def test_without_images_the_page_says_why(self):
        self.import_items([{"reference_id": "a", "width": 64, "height": 48},
                           {"reference_id": "b", "image_location": "http://evil.example/b.png"},
                           {"reference_id": "c", "image_location": "page.txt"},
                           {"reference_id": "d", "image_location": "none.png"}])
        self.write("page.txt", "<svg onload=alert(1)>")
        page = self.report("db", "annotations.count = 0")
        self.check_closed(page)
        for words in ("the item has no image_location", "a report fetches nothing from the network",
                      "the file is no PNG, JPEG, GIF, WebP or BMP", "there is no file none.png"):
            self.assertIn(words, page.text)


class Hostile(Report):
    def fill(self, database, strings):
        """A database whose labels, metadata and file names are the strings."""
        items, annotations, predictions = [], [], []
        for number, (place, text) in enumerate(strings):
            item = {"reference_id": f"{number:03}", "width": 64, "height": 48, "metadata": {}}
            label = "car"
            if place == "label":
                label = named(text)
            elif place == "key":
                item["metadata"][named(text)] = "x"
            elif place == "value":
                item["metadata"]["note"] = text
            else:
                item["image_location"] = text
                item["reference_id"] = f"{number:03}{text}"
            items.append(item)
            box = {"reference_id": item["reference_id"], "label": label,
                   "geometry": {"x": 1, "y": 2, "width": 20, "height": 20}}
            annotations.append(box)
            predictions.append({**box, "confidence": 0.5})
        for kind, rows in (("ITEMS", items), ("ANNOTATIONS", annotations)):
            name = self.write_lines(f"{database}-{kind}.jsonl", rows)
            self.cupel(database, "-c", f"IMPORT {kind} FROM '{name}'")
        name = self.write_lines(f"{database}-predictions.jsonl", predictions)
        self.cupel(database, "-c", f"IMPORT PREDICTIONS FROM '{name}' AS RUN \"<b onclick=1>\"")

    def pages(self, strings):
        for database, texts in (("bad", strings), ("good", [(place, "plain") for place, _ in strings])):
            self.fill(database, texts)
        for source in ("items", "annotations", 'predictions("<b onclick=1>")'):
            for begin in (0, 100):
                yield source, begin

    def test_200_strings_make_no_element_of_their_own(self):
        strings = hostile_strings()
        self.assertEqual(len(strings), 200)
        shown = 0
        for source, begin in self.pages(strings):
            query = f"SELECT * FROM {source} LIMIT 100 OFFSET {begin}"
            page = self.report("bad", query)
            self.check_closed(page)
            self.assertEqual(len(page.of("figure", class_="card")), 100)
            self.assertNotIn("<script", page.dom.lower())
            shown += page.text.count("fetch('http://evil.example/a')")
        self.assertGreater(shown, 3)  # as text they are there

    def test_elements_are_those_of_harmless_strings(self):
        for source, begin in self.pages(hostile_strings()):
            fields = "width" if source == "items" else "label"
            query = f"SELECT reference_id, {fields} FROM {source} LIMIT 100 OFFSET {begin}"
            bad, good = (self.cards_of(self.report(name, query)) for name in ("bad", "good"))
            self.assertEqual(bad, good)

    @staticmethod
    def cards_of(page):
        """The elements of the contact sheet; a name is a link (a) or not (b)."""
        tags = [(tag, attributes.get("class")) for tag, attributes in page.elements]
        begin = tags.index(("figure", "card"))
        return [("b" if tag == "a" else tag, name) for tag, name in tags[begin:]]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cupel", required=True)
    arguments, rest = parser.parse_known_args()
    program.CUPEL = arguments.cupel
    unittest.main(argv=[sys.argv[0], *rest])
