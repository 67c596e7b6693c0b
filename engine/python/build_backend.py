"""Builds the wheel (PEP 517): the shared library by CMake, the rest by setuptools.

The library is built in build/python, or taken from the directory that CUPEL_BUILD_DIR names, where it
has been built already. The wheel is for every CPython from 3.9 on, and for the machine's system."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig

from setuptools import build_meta
from setuptools.build_meta import get_requires_for_build_wheel  # noqa: F401

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "python"
PLACE = ROOT / "engine" / "python" / "cupel" / "libcupel.so"


def _version():
    text = (ROOT / "CMakeLists.txt").read_text()
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "VERSION").write_text(re.search(r"project\(cupel VERSION ([0-9.]+)", text).group(1))


def _library():
    given = os.environ.get("CUPEL_BUILD_DIR")
    if given:
        return pathlib.Path(given) / "libcupel.so"
    print("cupel: building the library; this takes some minutes the first time", file=sys.stderr, flush=True)
    configure = ["cmake", "-S", str(ROOT), "-B", str(BUILD), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                 "-DCMAKE_CXX_FLAGS_RELEASE=-O2 -DNDEBUG", "-DCUPEL_TESTS=OFF"]
    for command in (configure, ["cmake", "--build", str(BUILD), "--target", "cupel_library"]):
        subprocess.run(command, check=True, stdout=sys.stderr)
    return BUILD / "libcupel.so"


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    _version()
    return build_meta.prepare_metadata_for_build_wheel(metadata_directory, config_settings)


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    _version()
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    shutil.copyfile(_library(), PLACE)
    try:
        options = {"--build-option": ["--python-tag", "py3", "--plat-name", platform]}
        return build_meta.build_wheel(wheel_directory, options, metadata_directory)
    finally:
        PLACE.unlink()


def build_sdist(sdist_directory, config_settings=None):
    raise RuntimeError("a source distribution would lack the library's sources: install from a clone of "
                       "the repository")
