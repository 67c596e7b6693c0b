"""Calls into the library that may take long: the interpreter's lock is released (ctypes does that),
and Ctrl-C cancels."""
from __future__ import annotations

import ctypes
import queue
import threading
from typing import Any, Callable

from . import _abi
from .errors import _take


class _Worker:
    """One thread that makes calls, so that the main thread can wait and be interrupted: Python runs
    signal handlers only between its own instructions, never inside of a call."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Any] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="cupel", daemon=True).start()

    def _work(self) -> None:
        while True:
            call, done = self._jobs.get()
            done.put(call())

    def run(self, call: Callable[[], int], cancel: Callable[[], None]) -> int:
        done: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._jobs.put((call, done))
        try:
            return done.get()
        except BaseException:
            # The call holds arguments of this frame: it must have ended before the frame does.
            while True:
                cancel()
                try:
                    done.get(timeout=0.05)
                    break
                except queue.Empty:
                    continue
                except BaseException:
                    continue
            raise


_worker: _Worker | None = None
_worker_lock = threading.Lock()


def _the_worker() -> _Worker:
    global _worker
    with _worker_lock:
        if _worker is None:
            _worker = _Worker()
        return _worker


def _forget_worker() -> None:
    """Threads do not live on in a forked process."""
    global _worker, _worker_lock
    _worker, _worker_lock = None, threading.Lock()


try:
    import os
    os.register_at_fork(after_in_child=_forget_worker)
except AttributeError:  # no fork on this system
    pass


def call(function: Any, *arguments: Any, session: Any = None) -> None:
    """Calls a function of the library whose last argument is the error; raises what it reports. With
    a session, Ctrl-C in the main thread cancels the call and raises KeyboardInterrupt."""
    error = ctypes.c_void_p()
    if session is not None and threading.current_thread() is threading.main_thread():
        status = _the_worker().run(lambda: function(*arguments, ctypes.byref(error)),
                                   lambda: _abi.lib.cupel_interrupt(session))
    else:
        status = function(*arguments, ctypes.byref(error))
    if status != _abi.OK:
        raise _take(status, error)
