"""An office that phones reach, in a thread of the test, and a phone that behaves as ODK Collect does."""

from __future__ import annotations

import base64
import hashlib
import http.client
import re
import secrets
import socket
import ssl
import threading
import uuid
from urllib.parse import urlsplit

from lxml import etree

from fieldkit.interop.openrosa.admitting import add_phone
from fieldkit.interop.openrosa.serving import Phones
from fieldkit.office import Office
from fieldkit.office.serving import Serving
from sync.lan.address import Address

HEADERS = {"X-OpenRosa-Version": "1.0", "Date": "Tue, 31 Mar 2026 01:00:00 GMT"}
TALK = """
settings:
  - {form_id: talk, version: "2026.1", form_title: Talk}
survey:
  - {type: date, name: date, label: Date, required: "yes", "fk:tier": P}
  - {type: select_one_from_file places.csv, name: place, label: Place, "fk:tier": P}
  - {type: integer, name: came, label: Came, constraint: ". < 500", "fk:tier": P}
  - {type: begin repeat, name: groups, label: Groups}
  - {type: text, name: who, label: Who, "fk:tier": P}
  - {type: integer, name: many, label: Many, "fk:tier": P}
  - {type: end repeat}
  - {type: image, name: photo, label: Photo, "fk:tier": P}
"""
CARD = """
settings:
  - {form_id: card, version: "1", form_title: Card, "fk:declined": "${agrees} = 'no'", "fk:declined_keeps": village date outcome}
survey:
  - {type: text, name: village, label: Village, "fk:tier": P}
  - {type: date, name: date, label: Date, "fk:tier": P}
  - {type: select_one yn, name: agrees, label: Agrees, "fk:consent": basic, "fk:tier": N}
  - {type: text, name: outcome, label: Outcome, "fk:tier": P}
  - {type: text, name: illness, label: Illness, relevant: "${agrees} = 'yes'", "fk:tier": R}
  - {type: text, name: number, label: Number, relevant: "${agrees} = 'yes'", "fk:tier": X}
  - {type: image, name: photo, label: Photo, "fk:tier": N}
choices:
  - {list_name: yn, name: "yes", label: "Yes"}
  - {list_name: yn, name: "no", label: "No"}
"""
PLACES = "name,label\n990101100001,Qingxi\n990101100200,石桥村\n"


def made_office(folder, now, passphrase="office words"):
    """An office with two forms of its own."""
    office = Office.create(
        folder, name="清溪", division="990101100000", now=lambda: now, passphrase=passphrase
    )
    for name, text in (("talk.yaml", TALK), ("card.yaml", CARD), ("places.csv", PLACES)):
        (folder / "forms" / name).write_text(text, encoding="utf-8")
    return office


def talk(instance=None, *, deprecated="", version="2026.1", groups=(("women", "3"),), **said):
    """A record of the form "talk" as Collect writes it."""
    answers = {"date": "2026-03-30", "place": "990101100001", "came": "12", "photo": "", **said}
    rows = "".join(f"<groups><who>{who}</who><many>{many}</many></groups>" for who, many in groups)
    old = f"<deprecatedID>{deprecated}</deprecatedID>" if deprecated else ""
    leaves = "".join(f"<{name}>{answers[name]}</{name}>" for name in ("date", "place", "came"))
    instance = instance or new_id()
    return (
        "<?xml version='1.0' ?><data xmlns:jr=\"http://openrosa.org/javarosa\" "
        f'xmlns:orx="http://openrosa.org/xforms" id="talk" version="{version}">{leaves}{rows}<photo>{answers["photo"]}</photo>'
        f"{said.get('more', '')}<meta><instanceID>{instance}</instanceID>{old}</meta></data>"
    ).encode()


def card(instance, agrees="yes", **said):
    """A record of the form "card"."""
    inside = "".join(f"<{name}>{text}</{name}>" for name, text in said.items())
    return (
        f'<data id="card" version="1"><village>990101100001</village><date>2026-03-30</date><agrees>{agrees}</agrees>{inside}'
        f"<meta><instanceID>{instance}</instanceID></meta></data>"
    ).encode()


def new_id():
    return f"uuid:{uuid.uuid4()}"


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Served:
    """An office that is served: `plain` and `tls` are its ports. told: what it said of each submission."""

    def __init__(self, folder, now, tls=None):
        self.folder = folder
        self._tls = tls
        self._now = now
        self.told = []

    def __enter__(self):
        self.office = Office.open(self.folder, now=lambda: self._now, passphrase=lambda: "office words")
        self.plain = free_port()
        beside = Phones(self.office, self.told.append).beside(Address("127.0.0.1", self.plain), self._tls)
        self._server = Serving(self.office, self.told.append).server(Address("127.0.0.1", 0), beside)
        self._ready, self._error = threading.Event(), None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._ready.wait(30)
        if self._error:
            raise self._error
        return self

    def _run(self):
        try:
            self._server.run(self._is_ready)
        except BaseException as error:
            self._error = error
        finally:
            self._ready.set()

    def _is_ready(self, address):
        self.tls = address.port
        self._ready.set()

    def __exit__(self, *_error):
        self._server.stop()
        self._thread.join(30)
        assert not self._thread.is_alive()
        self.office.close()

    def phone(self, name, *forms):
        """A new phone, as Collect is after it has read its code."""
        made, password = add_phone(self.office, name, forms or ["talk", "card"], by="office")
        return Collect(self, made.user, password)

    def record(self, record):
        return self.office.view(record)

    def records(self, form="talk"):
        return list(self.office.archive.views(form))


class Collect:
    """A phone: Digest on an open line, Basic too on an encrypted one."""

    def __init__(self, served, user, password, *, safe=False):
        self.served, self.user, self.password, self.is_safe = served, user, password, safe
        self._challenge, self._count = None, 0

    def safe(self):
        """The same phone on the encrypted port."""
        return Collect(self.served, self.user, self.password, safe=True)

    def ask(self, method, target, body=None, headers=None, *, authorization=None):
        """A request, and once more with what was asked for; the answer with its `body`."""
        given = {**HEADERS, **(headers or {})}
        answer = self.once(method, target, body, given | self._proof(method, target, authorization))
        if answer.status == 401 and authorization is None and self._learn(answer):
            answer = self.once(method, target, body, given | self._proof(method, target, None))
        return answer

    def once(self, method, target, body, headers):
        """One request as it is."""
        if self.is_safe:
            context = ssl._create_unverified_context()
            line = http.client.HTTPSConnection("127.0.0.1", self.served.tls, timeout=20, context=context)
        else:
            line = http.client.HTTPConnection("127.0.0.1", self.served.plain, timeout=20)
        try:
            line.request(method, target, body, headers)
            answer = line.getresponse()
            answer.content = answer.read()
            return answer
        finally:
            line.close()

    def _proof(self, method, target, authorization):
        if authorization is not None:
            return {"Authorization": authorization} if authorization else {}
        if self.is_safe:
            words = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            return {"Authorization": f"Basic {words}"}
        return {"Authorization": self.digest(method, target)} if self._challenge else {}

    def digest(self, method, target, *, password=None, nonce=None, count=None):
        """A Digest header for a request."""
        self._count += 1
        nonce, count = nonce or self._challenge, count or f"{self._count:08x}"
        own = _md5(f"{self.user}:fieldkit:{password or self.password}")
        cnonce = secrets.token_hex(4)
        response = _md5(f"{own}:{nonce}:{count}:{cnonce}:auth:{_md5(f'{method}:{target}')}")
        return (
            f'Digest username="{self.user}", realm="fieldkit", nonce="{nonce}", uri="{target}", qop=auth, nc={count}, '
            f'cnonce="{cnonce}", response="{response}", algorithm=MD5'
        )

    def _learn(self, answer):
        found = re.search(r'nonce="([0-9a-f]+)"', answer.getheader("WWW-Authenticate") or "")
        self._challenge, self._count = found[1] if found else None, 0
        return found is not None

    def forms(self, query=""):
        """The forms of the list, by id: what each says."""
        answer = self.ask("GET", f"/openrosa/formList{query}")
        assert answer.status == 200, answer.content
        root = etree.fromstring(answer.content)
        return {
            each.findtext("{*}formID"): {etree.QName(leaf).localname: leaf.text for leaf in each}
            for each in root
        }

    def get(self, url):
        """What is at an address of the list."""
        parts = urlsplit(url)
        answer = self.ask("GET", parts.path)
        assert answer.status == 200, answer.content
        return answer.content

    def send(self, xml, files=None, **more):
        """Send a record with files; the answer with its `said`."""
        boundary, body = multipart(xml, files or {})
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        answer = self.ask("POST", "/openrosa/submission", body, headers, **more)
        root = etree.fromstring(answer.content)
        assert root.tag == "{http://openrosa.org/http/response}OpenRosaResponse"
        answer.said = root.findtext("{*}message")
        return answer


def multipart(xml, files, boundary="--Gd9x"):
    """A body as Collect writes it."""
    parts = [("xml_submission_file", "record.xml", "text/xml", xml)]
    parts += [(name, name, "application/octet-stream", content) for name, content in files.items()]
    body = b""
    for name, filename, kind, content in parts:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: {kind}\r\n'
        body += head.encode() + b"Content-Transfer-Encoding: binary\r\n\r\n" + content + b"\r\n"
    return boundary, body + f"--{boundary}--\r\n".encode()


def _md5(text):
    return hashlib.md5(text.encode()).hexdigest()
