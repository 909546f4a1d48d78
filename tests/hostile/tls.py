"""Certificates that are not to be trusted, and a server that talks TLS with them (N16)."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.hostile.case import ARCHIVED, GOOD, Case
from tests.hostile.leads import redirect

_NOW = dt.datetime.now(dt.UTC)

CASES = (
    Case("tls-good", GOOD, ARCHIVED, resolves="tls", most=1),
    Case("tls-self-signed", GOOD, "tls_error", resolves="tls", most=0, quick=True),
    Case("tls-of-another-name", GOOD, "tls_error", resolves="tls", most=0, quick=True),
    Case("tls-expired", GOOD, "tls_error", resolves="tls", most=0),
    Case("tls-not-yet", GOOD, "tls_error", resolves="tls", most=0),
    Case("tls-that-is-none", GOOD, "tls_error", resolves="tls", most=0, quick=True),
    Case("tls-closes", GOOD, "blocked.robots_unreachable", resolves="tls", most=0),
    Case("tls-hangs", GOOD, "blocked.robots_unreachable", resolves="tls", most=0),
    Case("tls-down-to-http", redirect("http://good0.example/0"), "blocked.scheme", resolves="tls", most=1,
         quick=True),
)  # fmt: skip


@dataclass
class Authority:
    """A certificate authority of our own; ``root`` is the file that makes it trusted."""

    folder: Path

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test authority")])
        certificate = self._signed("Test authority", self._key, (-1, 1), authority=True)
        self.root = self.folder / "authority.pem"
        self.root.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def context(self, host: str) -> ssl.SSLContext:
        """What a server for that host presents."""
        days = {"tls-expired": (-9, -2), "tls-not-yet": (5, 9)}.get(host.partition(".")[0], (-1, 1))
        name = "other.example" if host.startswith("tls-of-another-name") else host
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(name, key, days, self_signed=host.startswith("tls-self-signed"))
        path = self.folder / f"{host}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _signed(
        self,
        name: str,
        key: ec.EllipticCurvePrivateKey,
        days: tuple[int, int],
        *,
        authority: bool = False,
        self_signed: bool = False,
    ) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if self_signed else self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(_NOW + dt.timedelta(days=days[0]))
            .not_valid_after(_NOW + dt.timedelta(days=days[1]))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        return builder.sign(key if self_signed else self._key, hashes.SHA256())


def greeting(authority: Authority) -> Callable[[socket.socket], socket.socket]:
    """Answer a TLS greeting with the certificate that belongs to the name in it."""
    contexts = {case.host: authority.context(case.host) for case in CASES}
    first = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    def choose(talked: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> int | None:
        if name not in contexts:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        talked.context = contexts[name]
        return None

    first.sni_callback = choose

    def greet(connection: socket.socket) -> socket.socket:
        connection.settimeout(40)
        hello = connection.recv(4_096, socket.MSG_PEEK)
        if b"tls-that-is-none" in hello:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            connection.close()
        elif b"tls-closes" in hello:
            connection.close()
        elif b"tls-hangs" in hello:
            connection.recv(4_096)
            while connection.recv(4_096):
                pass
        else:
            return first.wrap_socket(connection, server_side=True)
        raise OSError("no TLS connection")

    return greet
