"""The office's certificate: made anew at each start and signed by the office's own key, which laptops know from their
enrolment. No certificate authority, no names of hosts, no dates: clocks in the field are wrong.
"""

from __future__ import annotations

import os
import secrets
import socket
import ssl
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sync.enrolment import Enrolment
from sync.errors import SyncError
from sync.keys import DeviceKey

_PURPOSE = "fieldkit lan 1"
_BEGINS, _ENDS = datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_CUT = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)


def server_context(key: DeviceKey) -> tuple[ssl.SSLContext, bytes]:
    """What a server speaks TLS 1.3 with, and its certificate (DER), signed by the office's `key`.

    The certificate's own key lives in this process alone: the file it is loaded from is sealed with a password that is
    nowhere else, and gone at once.
    """
    leaf = Ed25519PrivateKey.generate()
    certificate = _certificate(key, leaf.public_key())
    password = secrets.token_bytes(32).hex().encode()
    pem = leaf.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "office.pem")
        path.touch(mode=0o600)
        path.write_bytes(certificate.public_bytes(Encoding.PEM) + pem)
        context.load_cert_chain(path, password=password)
    return context, certificate.public_bytes(Encoding.DER)


def connect(host: str, port: int, enrolment: Enrolment, seconds: float) -> tuple[ssl.SSLSocket, bytes]:
    """A connection to the office of an enrolment, and its certificate; nothing of ours has been sent yet.

    seconds: how long to wait for anything. Raises OSError where nobody answers, SyncError("lan.other-office") where
    somebody else does.
    """
    plain = socket.create_connection((host, port), timeout=seconds)
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = _client_context().wrap_socket(plain)
        certificate = line.getpeercert(binary_form=True) or b""
        if not is_of_office(certificate, enrolment):
            line.close()
            raise SyncError("lan.other-office", address=f"{host}:{port}", office=enrolment.office_name)
    except _CUT:
        plain.close()
        raise
    except ssl.SSLError as error:
        plain.close()
        raise SyncError("lan.other-office", address=f"{host}:{port}", office=enrolment.office_name) from error
    except BaseException:
        plain.close()
        raise
    return line, certificate


def is_of_office(der: bytes, enrolment: Enrolment) -> bool:
    """Whether a certificate is signed by the key of the enrolment's office, for this use."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        Ed25519PublicKey.from_public_bytes(enrolment.office_public).verify(
            certificate.signature, certificate.tbs_certificate_bytes
        )
        return certificate.subject == _name(enrolment.office)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False


def _client_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    # Whose certificate it is says the office's own key (`is_of_office`), not an authority.
    context.verify_mode = ssl.CERT_NONE
    return context


def _certificate(key: DeviceKey, public: Ed25519PublicKey) -> x509.Certificate:
    name = _name(key.id)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    unsigned = x509.CertificateBuilder(
        issuer_name=name, subject_name=name, public_key=public, serial_number=int.from_bytes(os.urandom(16)) >> 1,
        not_valid_before=_BEGINS, not_valid_after=_ENDS,
    ).add_extension(usage, critical=True)  # fmt: skip
    return unsigned.sign(Ed25519PrivateKey.from_private_bytes(key.to_bytes()), None)


def _name(office: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _PURPOSE),
            x509.NameAttribute(NameOID.COMMON_NAME, office),
        ]
    )
