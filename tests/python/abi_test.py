"""The ctypes declarations are those of the header."""
import ctypes
import re
import unittest

import place
from cupel import _abi

HEADER = (place.ROOT / "engine/include/cupel/cupel.h").read_text()
SIMPLE = {"int": ctypes.c_int, "size_t": ctypes.c_size_t, "uint32_t": ctypes.c_uint32,
          "double": ctypes.c_double, "cupel_status": ctypes.c_int, "cupel_type": ctypes.c_int,
          "cupel_row_form": ctypes.c_int, "void": None, "int32_t": ctypes.c_int32,
          "int64_t": ctypes.c_int64, "uint64_t": ctypes.c_uint64,
          "cupel_progress_callback": _abi.ProgressCallback}
STRUCTS = {"cupel_options": _abi.Options, "cupel_progress": _abi.Progress, "cupel_value": _abi.Value,
           "cupel_parameter": _abi.Parameter, "cupel_statistics": _abi.Statistics,
           "cupel_column": _abi.Column, "cupel_append_counts": _abi.AppendCounts,
           "cupel_append_column": _abi.AppendColumn, "struct ArrowArrayStream": _abi.ArrowArrayStream}


def without_comments(text):
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.S)


def is_pointer(kind):
    return kind in (ctypes.c_void_p, ctypes.c_char_p) or hasattr(kind, "contents") or \
        hasattr(kind, "_flags_")


def functions():
    """(name, result, parameters) of each declaration, types as text."""
    for result, name, parameters in re.findall(r"CUPEL_EXPORT\s+([\w ]+?\**)\s*(cupel_\w+)\(([^;]*)\);",
                                               without_comments(HEADER)):
        words = [" ".join(part.split()) for part in parameters.split(",")]
        yield name, result.strip(), [] if words == ["void"] else [re.sub(r"\w+$", "", w).strip()
                                                                  for w in words]


def structs():
    for name, body, _ in re.findall(r"typedef struct (\w+) \{(.*?)\} (\w+);", without_comments(HEADER),
                                    flags=re.S):
        yield name, [(re.sub(r"\w+$", "", field.strip()).strip(), re.search(r"\w+$", field.strip()).group())
                     for field in body.split(";") if field.strip()]


class Abi(unittest.TestCase):
    def same(self, text, kind, where):
        if text.endswith("*"):
            self.assertTrue(is_pointer(kind), f"{where}: {text} is {kind}")
            pointee = text[:-1].replace("const", "").strip()
            if pointee in STRUCTS:
                self.assertIs(getattr(kind, "_type_", None), STRUCTS[pointee], where)
        elif text in STRUCTS:
            self.assertIs(kind, STRUCTS[text], where)
        else:
            self.assertIs(kind, SIMPLE[text], f"{where}: {text}")

    def test_every_function(self):
        declared = {name: (result, parameters) for name, result, parameters in functions()}
        self.assertGreater(len(declared), 35)
        self.assertEqual(set(declared), set(_abi.FUNCTIONS))
        for name, (result, parameters) in declared.items():
            kind, kinds = _abi.FUNCTIONS[name]
            self.same(result, kind, name)
            self.assertEqual(len(parameters), len(kinds), name)
            for number, (text, one) in enumerate(zip(parameters, kinds)):
                self.same(text, one, f"{name}, parameter {number}")

    def test_every_struct(self):
        declared = dict(structs())
        self.assertGreater(len(declared), 7)
        for name, fields in declared.items():
            mirrored = STRUCTS[name]._fields_
            self.assertEqual([field for _, field in fields], [field for field, _ in mirrored], name)
            for (text, field), (_, kind) in zip(fields, mirrored):
                self.same(text, kind, f"{name}.{field}")

    def test_constants(self):
        values = dict(re.findall(r"(CUPEL_\w+) = (\d+)", HEADER))
        for number, name in enumerate(("BOOL", "INT64", "FLOAT64", "TEXT", "TIMESTAMP", "ANY", "MISSING")):
            self.assertEqual(int(values[f"CUPEL_{name}"]), number)
            self.assertEqual(getattr(_abi, name), number)
        self.assertEqual(int(values["CUPEL_JSON_ROWS"]), _abi.JSON_ROWS)
        self.assertEqual(int(re.search(r"CUPEL_ABI_VERSION (\d+)", HEADER).group(1)), _abi.ABI_VERSION)


if __name__ == "__main__":
    unittest.main()
