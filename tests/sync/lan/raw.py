"""Requests by hand, for what no honest laptop sends; and a line that breaks."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading

from sync.lan import PREFIX
from sync.lan.auth import statement


class Hand:
    """A TLS connection that checks nothing, and says what a test wants."""

    def __init__(self, served):
        self.served = served
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        host, port = served.address.host, served.address.port
        self.line = http.client.HTTPSConnection(host, port, timeout=20, context=context)
        self.line.connect()
        self.certificate = self.line.sock.getpeercert(binary_form=True)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.line.close()

    def ask(self, method, path, body=b"", headers=None, token=""):
        """Status, and what the answer says."""
        asked = dict(headers or {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        body = json.dumps(body).encode() if isinstance(body, dict | list | str) else body
        self.line.request(method, PREFIX + path, body, asked)
        answer = self.line.getresponse()
        content = answer.read()
        self.headers = answer.headers
        return answer.status, json.loads(content) if content.startswith(b"{") else content

    def challenge(self):
        return self.ask("POST", "/challenge", {})[1]["challenge"]

    def proof(self, laptop, challenge, *, office=None, certificate=None, key=None, device=None):
        """The body that asks for a token."""
        message = statement(
            office or laptop.enrolment.office,
            device or laptop.key.id,
            challenge,
            certificate or self.certificate,
        )
        return {
            "device": device or laptop.key.id, "challenge": challenge, "signature": (key or laptop.key).sign(message).hex(),
        }  # fmt: skip

    def token(self, laptop):
        status, said = self.ask("POST", "/session", self.proof(laptop, self.challenge()))
        assert status == 200, said
        return said["token"]


class Cable:
    """A line between a laptop and an office that passes on so many bytes of each connection and then breaks; the last
    of `there` (to the office) and of `back` holds for all that follow, None for whole ones.
    """

    def __init__(self, served, there=(None,), back=(None,)):
        self._there, self._back = list(there), list(back)
        self.connections = 0
        self._office = served.address
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self):
        while True:
            try:
                near, _where = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            there, back = (each.pop(0) if len(each) > 1 else each[0] for each in (self._there, self._back))
            far = socket.create_connection((self._office.host, self._office.port))
            for one, other, most in ((near, far, there), (far, near, back)):
                self._threads.append(threading.Thread(target=_pass_on, args=(one, other, most), daemon=True))
                self._threads[-1].start()


def _pass_on(one, other, most):
    try:
        while part := one.recv(65536 if most is None else min(65536, most)):
            other.sendall(part)
            if most is not None and (most := most - len(part)) <= 0:
                break
    except OSError:
        pass
    for each in (one, other):
        try:
            each.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue
    one.close()
