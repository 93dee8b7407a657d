"""A server on loopback that decides as ODK Central does (odk.md §4.9), and can be made to fail in the ways that lines do."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import secrets
import threading
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from lxml import etree

RESPONSE = "http://openrosa.org/http/response"
PREFIX = "/v1/projects/1"


class Central:
    """What it holds, and how it is to behave.

    submissions: root instanceID → {"versions": [(instanceID, xml)], "files": {instanceID: {name: bytes}}}. faults: what to do
    with the next requests, one each: None (as usual), "before" (close without doing), "after" (do it, then close without
    answering), "silent" (do it, and say nothing until the other side gives up), "torn" (do it, cut the answer), 500, 503, "portal"
    (200 with HTML), (429, what Retry-After says). posts: of every post, its size and the names of its parts. proxy: the bytes that
    something before it lets through in one post. forbidden: forms nobody may send to. tells: whether it shows what it has to whoever
    asks, as it does not to app users, nor KoboToolbox to anybody. entities: files that are lists of entities, each with its mark, which
    tells when it changed and is no hash of the file.
    """

    def __init__(
        self, *, login=("worker@example.org", "秘密 words"), scheme="digest", length=100_000_000, kobo=False
    ):
        self.login, self.scheme, self.length, self.kobo = login, scheme, length, kobo
        self.forms, self.media, self.versions = {}, {}, {}
        self.submissions, self.current = {}, {}
        self.entities = {}
        self.faults, self.posts, self.log, self.stale = [], [], [], 0
        self.aliases = {}
        self.nonces, self.redirect, self.closed, self.forbidden = set(), {}, set(), set()
        self.tells, self.proxy = not kobo, 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("H", (_Handler,), {"central": self}))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}{PREFIX}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def offer(self, form_id, version, xml, media=None):
        self.forms[form_id] = (version, xml)
        self.media[form_id] = dict(media or {})
        self.versions.setdefault(form_id, set()).add(version)

    def latest(self):
        """The current XML of each record, and its files."""
        return {
            root: (held["versions"][-1][1], held["files"].get(held["versions"][-1][0], {}))
            for root, held in self.submissions.items()
        }

    # -- what it decides -----------------------------------------------------------------------------------

    def take(self, xml, files):
        root = etree.fromstring(xml)
        meta = root.find("{*}meta")
        instance = meta.findtext("{*}instanceID")
        deprecated = meta.findtext("{*}deprecatedID")
        form = root.get("id")
        if form in self.forbidden:
            return 403, "403.1 The authenticated actor does not have rights to perform that action."
        if form not in self.versions:
            return 404, "404.1 Could not find the resource you were looking for."
        if form in self.closed:
            return 409, "409.2 This form is not accepting submissions."
        if (root.get("version") or "") not in self.versions[form]:
            return 404, "404.6 The form version specified in this submission does not exist."
        with self._lock:
            return self._decided(xml, files, instance, deprecated)

    def _decided(self, xml, files, instance, deprecated):
        for held in self.submissions.values():
            for known, content in held["versions"]:
                if known == instance:
                    if content != xml:
                        return (
                            409,
                            "409.1 A submission already exists with this ID, but with different form data.",
                        )
                    if held["versions"][-1][0] != instance:
                        return 409, "409.9 not current"
                    held["files"].setdefault(instance, {}).update(files)
                    return (
                        (202, "Duplicate submission")
                        if self.kobo
                        else (201, "full submission upload was successful!")
                    )
        if deprecated:
            for held in self.submissions.values():
                ids = [known for known, _xml in held["versions"]]
                if deprecated in ids:
                    if ids[-1] != deprecated:
                        return 409, "409.9 The edited submission is not the current one."
                    held["files"][instance] = dict(held["files"].get(deprecated, {})) | files
                    held["versions"].append((instance, xml))
                    return 201, "full submission upload was successful!"
            return 404, "404.5 The deprecatedID was not found."
        self.submissions[instance] = {"versions": [(instance, xml)], "files": {instance: dict(files)}}
        return 201, "full submission upload was successful!"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    central: Central

    def log_message(self, *_):
        pass

    def do_GET(self):
        self._answer(b"")

    def do_HEAD(self):
        self._answer(b"")

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        self._answer(self.rfile.read(length))

    def _answer(self, body):
        central = self.central
        central.log.append((self.command, self.path, self.headers.get("Authorization", "")))
        fault = central.faults.pop(0) if central.faults else None
        if fault == "before":
            return self._cut()
        if fault == "portal":
            return self._send(200, b"<html><body>Welcome to WiFi</body></html>", "text/html")
        if isinstance(fault, int):
            return self._send(fault, b"", "text/plain")
        if isinstance(fault, tuple):
            return self._send(fault[0], b"", "text/plain", {"Retry-After": fault[1]})
        if central.proxy and len(body) > central.proxy:
            return self._send(413, b"<html>413 Request Entity Too Large</html>", "text/html")
        path = urlsplit(self.path).path
        if path in central.redirect:
            self.send_response(307)
            self.send_header("Location", central.redirect[path])
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if not self._is_known():
            return self._challenge()
        status, content = self._routed(central.aliases.get(path, path), body)
        if fault == "after":
            return self._cut()
        if fault == "silent":
            self.connection.recv(1)
            return self._cut()
        return self._send(status, content, "text/xml", torn=fault == "torn")

    def _cut(self):
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(2)

    def _send(self, status, content, kind, headers=(), *, torn=False):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("X-OpenRosa-Version", "1.0")
        self.send_header("X-OpenRosa-Accept-Content-Length", str(self.central.length))
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[: len(content) // 2] if torn else content)
        if torn:
            self.wfile.flush()
            self._cut()

    def _routed(self, path, body):
        central = self.central
        below = path.removeprefix(PREFIX)
        if below == "/formList":
            return 200, self._form_list()
        if below == "/submission":
            return (204, b"") if self.command == "HEAD" else self._submission(body)
        if found := re.fullmatch(
            r"/forms/([^/]+)/submissions(?:/([^/]+)/versions(?:/([^/]+)\.xml)?)?", below
        ):
            return self._told(*(unquote(each) if each else "" for each in found.groups()))
        found = re.fullmatch(r"/forms/([^/]+)(\.xml|/manifest|/attachments/(.+))", below)
        if not found or found[1] not in central.forms:
            return 404, b""
        form = found[1]
        if found[2] == ".xml":
            return 200, central.forms[form][1]
        if found[2] == "/manifest":
            kind = ' type="entityList"'
            files = "".join(
                f"<mediaFile{kind if name in central.entities else ''}><filename>{name}</filename>"
                f"<hash>{central.entities.get(name) or _md5(content)}</hash>"
                f"<downloadUrl>{central.url}/forms/{form}/attachments/{name}</downloadUrl></mediaFile>"
                for name, content in central.media[form].items()
            )
            return (
                200,
                f'<manifest xmlns="http://openrosa.org/xforms/xformsManifest">{files}</manifest>'.encode(),
            )
        return 200, central.media[form][unquote(found[3])]

    def _told(self, form, first, version):
        """What it has: of a form all records, of a record its versions, of a version the XML."""
        if not self.central.tells:
            return 403, b'{"code": 403.1}'
        held = self.central.submissions
        if not first:
            ours = [
                key
                for key, each in held.items()
                if etree.fromstring(each["versions"][0][1]).get("id") == form
            ]
            return 200, json.dumps([{"instanceId": each} for each in ours]).encode()
        if first not in held:
            return 404, b'{"code": 404.1}'
        versions = held[first]["versions"]
        if version:
            return 200, dict(versions)[version]
        current = versions[-1][0]
        return 200, json.dumps(
            [{"instanceId": key, "current": key == current} for key, _xml in reversed(versions)]
        ).encode()

    def _form_list(self):
        central = self.central
        forms = "".join(
            f"<xform><formID>{form}</formID><name>{form}</name><version>{version}</version><hash>{_md5(xml)}</hash>"
            f"<downloadUrl>{central.url}/forms/{form}.xml</downloadUrl>"
            + (
                f"<manifestUrl>{central.url}/forms/{form}/manifest</manifestUrl>"
                if central.media[form]
                else ""
            )
            + "</xform>"
            for form, (version, xml) in central.forms.items()
        )
        return f'<xforms xmlns="http://openrosa.org/xforms/xformsList">{forms}</xforms>'.encode()

    def _submission(self, body):
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parts = message_from_bytes(head + body, policy=HTTP).get_payload()
        found = {
            part.get_param("name", header="Content-Disposition"): part.get_payload(decode=True)
            for part in parts
        }
        self.central.posts.append((len(body), sorted(found)))
        assert len(body) <= self.central.length, "a post larger than the server takes"
        status, words = self.central.take(found.pop("xml_submission_file"), found)
        nature = "success" if status < 300 else "error"
        return status, (
            f'<OpenRosaResponse xmlns="{RESPONSE}"><message nature="{nature}">{words}</message></OpenRosaResponse>'
        ).encode()

    def _is_known(self):
        said = self.headers.get("Authorization", "")
        name, password = self.central.login
        if self.central.scheme == "basic":
            import base64

            return said == "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()
        if not said.startswith("Digest "):
            return False
        parts = {
            key: quoted or bare for key, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', said)
        }
        if parts["nonce"] not in self.central.nonces or parts["uri"] != self.path:
            return False
        first = _hex(f"{name}:odk:{password}")
        second = _hex(f"{self.command}:{self.path}")
        wanted = _hex(f"{first}:{parts['nonce']}:{parts['nc']}:{parts['cnonce']}:auth:{second}")
        return parts["username"] == name and parts["response"] == wanted

    def _challenge(self):
        nonce = secrets.token_hex(8)
        self.central.nonces.add(nonce)
        basic = 'Basic realm="odk"'
        said = (
            basic
            if self.central.scheme == "basic"
            else f'Digest realm="odk", nonce="{nonce}", qop="auth,auth-int", opaque="x"'
        )
        self.send_response(401)
        self.send_header("WWW-Authenticate", said)
        self.send_header("Content-Length", "0")
        self.end_headers()


def _hex(text):
    return hashlib.md5(text.encode()).hexdigest()


def _md5(content):
    return f"md5:{hashlib.md5(content).hexdigest()}"
