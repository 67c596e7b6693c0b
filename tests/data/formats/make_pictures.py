"""Writes the pictures of the datasets in this folder: the heads of image files, with few pixels or
none behind them. Run in this folder."""
import pathlib
import struct
import zlib


def png(width, height):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    rows = b"".join(b"\0" + b"\x7f" * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def jpeg(width, height, orientation=1):
    exif = (b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
            + b"\0\0\0\0")
    return (b"\xff\xd8\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
            + b"\xff\xc0\0\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\0\xff\xd9")


def webp(width, height):
    size = (width - 1 | height - 1 << 14).to_bytes(4, "little")
    return b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f" + size + bytes(8)


def write(path, data):
    file = pathlib.Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


write("voc/street/JPEGImages/000001.jpg", jpeg(500, 375))
write("voc/street/JPEGImages/000002.png", png(40, 30))
write("voc/street/JPEGImages/000004.jpg", jpeg(60, 80, orientation=6))
write("voc/street/SegmentationClass/000001.png", png(5, 4))
write("yolo/street/images/train/a.png", png(200, 100))
write("yolo/street/images/train/b.jpg", jpeg(300, 400, orientation=8))
write("yolo/street/images/train/c.png", png(20, 10))
write("yolo/street/images/val/a.webp", webp(640, 480))
write("yolo/shapes/square.png", png(100, 100))
write("yolo/darknet/obj_train_data/one.png", png(50, 40))
write("yolo/darknet/obj_train_data/two.png", png(50, 40))
