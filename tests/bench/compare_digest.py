"""The digest of rows_digest.hpp."""
import struct

import xxhash


def digest(rows):
    total = 0
    for row in rows:
        cells = bytearray()
        for cell in row:
            if cell is None:
                cells += b"m"
            elif isinstance(cell, str):
                cells += b"t" + cell.encode() + b"\0"
            else:
                cells += b"n" + struct.pack("<d", cell)
        total += xxhash.xxh3_64_intdigest(bytes(cells))
    return f"{total & (1 << 64) - 1:016x}"
