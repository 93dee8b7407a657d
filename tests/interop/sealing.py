"""Encrypts a record as ODK Collect does, written from its specification and with OpenSSL's own CFB where it is installed."""

from __future__ import annotations

import base64
import hashlib
import os

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

OAEP_256 = OAEP(mgf=MGF1(SHA256()), algorithm=SHA256(), label=None)


def cfb(data, key, start):
    """AES-256 in CFB, block after block, padded with PKCS#7."""
    ecb = Cipher(AES(key), ECB()).encryptor()
    length = 16 - len(data) % 16
    data += bytes([length]) * length
    before, out = start, b""
    for at in range(0, len(data), 16):
        before = bytes(a ^ b for a, b in zip(ecb.update(before), data[at : at + 16], strict=True))
        out += before
    return out


def sealed(public, form, version, instance, xml, media=(), *, sign=True, key=None):
    """The manifest and the encrypted files, by name."""
    rsa = load_der_public_key(base64.b64decode(public))
    key = key or os.urandom(32)
    wrapped = base64.b64encode(rsa.encrypt(key, OAEP_256)).decode()
    seed = bytearray(hashlib.md5(instance.encode() + key).digest())
    files, lines, listed = {}, [form, version, wrapped, instance], ""
    for number, (name, content) in enumerate([*media, ("submission.xml", xml)]):
        seed[number % 16] = (seed[number % 16] + 1) % 256
        files[f"{name}.enc"] = cfb(content, key, bytes(seed))
        lines.append(f"{name}::{hashlib.md5(content).hexdigest()}")
        listed += f"<media><file>{name}.enc</file></media>" if name != "submission.xml" else ""
    text = "\n".join(lines) + "\n"
    signature = base64.b64encode(rsa.encrypt(hashlib.md5(text.encode()).digest(), OAEP_256)).decode()
    signed = f"<base64EncryptedElementSignature>{signature}</base64EncryptedElementSignature>" if sign else ""
    manifest = (
        f'<data xmlns="http://opendatakit.org/submissions" encrypted="yes" id="{form}" version="{version}">'
        f"<base64EncryptedKey>{wrapped}</base64EncryptedKey>{listed}"
        f'<meta xmlns="http://openrosa.org/xforms"><instanceID>{instance}</instanceID></meta>'
        f"<encryptedXmlFile>submission.xml.enc</encryptedXmlFile>{signed}</data>"
    )
    return manifest.encode(), files
