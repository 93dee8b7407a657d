"""A cable between laptops and an office, on loopback, that is cut where a test says, and counts what goes through it."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading

_SECONDS = 60
_AT_ONCE = 16 * 1024
_RESET = struct.pack("ii", 1, 0)


class Cable:
    """Leads every connection to a port of loopback. Each takes the next of `cuts`: (up, down), the bytes after which it is
    cut, from the laptop and from the office; None: never. Connections beyond those are whole. reset: cut hard, and not by
    closing. silent: nothing goes through any more and nobody is told, as where a radio is out of reach.

    up, down: the bytes that went through each connection that there was, in their order.
    """

    def __init__(self, port, cuts=(), *, reset=False, silent=False):
        self._target = ("127.0.0.1", port)
        self._cuts = iter(cuts)
        self._reset, self._silent = reset, silent
        self._dead = set()
        self.up, self.down = [], []
        self._lines = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for line in self._lines:
            self._cut(line)
        for thread in self._threads:
            thread.join(_SECONDS)
            assert not thread.is_alive()
        for each in (each for line in self._lines for each in line):
            each.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                try:
                    far = socket.create_connection(self._target, timeout=_SECONDS)
                except OSError:
                    near.close()
                    continue
                far.settimeout(None)
                line = (near, far)
                self._lines.append(line)
                up, down = next(self._cuts, (None, None))
                number = len(self.up)
                self.up.append(0)
                self.down.append(0)
                for thread in (
                    threading.Thread(target=self._lead, args=(line, self.up, number, up), daemon=True),
                    threading.Thread(
                        target=self._lead, args=(line[::-1], self.down, number, down), daemon=True
                    ),
                ):
                    self._threads.append(thread)
                    thread.start()

    def _lead(self, line, counted, number, most):
        source, sink = line
        with contextlib.suppress(OSError):
            while most is None or counted[number] < most:
                left = _AT_ONCE if most is None else min(_AT_ONCE, most - counted[number])
                part = source.recv(left)
                if not part:
                    sink.shutdown(socket.SHUT_WR)
                    return
                if number not in self._dead:
                    sink.sendall(part)
                    counted[number] += len(part)
            if self._silent:
                self._dead.add(number)
                while source.recv(_AT_ONCE):
                    pass
        self._cut(line)

    def _cut(self, line):
        for each in line:
            with contextlib.suppress(OSError):
                if self._reset:
                    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                each.shutdown(socket.SHUT_RDWR)
