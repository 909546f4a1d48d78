"""Which addresses may be dialled: the decision is made on what a name resolves to, at the moment of dialling.

Names lie (``2130706433``, ``①②⑦.1``, a DNS answer that changes between check and use), so the text of an address is
never judged: the name is resolved once, every answer is vetted, and a vetted answer is what is dialled. There is no
switch that turns this off; a job can only name single addresses with their port (``allow_addresses``).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

IPAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Endpoint: TypeAlias = tuple[str, int]

# is_global is True for these (measured, Python 3.11), though no page of the open web lies there: IPv4-compatible and
# site-local addresses, the 6to4 relay, and the tunnels whose inner address is looked at instead.
_NEVER = tuple(ipaddress.ip_network(text) for text in ("::/96", "fec0::/10", "192.88.99.0/24", "100.64.0.0/10"))
_NAT64 = tuple(ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48"))


class BlockedError(Exception):
    """An address that must not be dialled; the text says which and why. Nothing was sent."""


class BlockedAddressError(BlockedError):
    """It is not a public address."""


class BlockedPortError(BlockedError):
    """The port is none of the job's."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What a job lets be dialled.

    ``ports`` are open for public addresses; ``allowed`` are single (address, port) pairs that may be dialled though
    they are private or have another port; ``fixed`` maps "host:port" or "host" to the (address, port) it stands for.
    """

    ports: frozenset[int]
    allowed: frozenset[Endpoint] = frozenset()
    fixed: Mapping[str, Endpoint] | None = None

    @classmethod
    def of(cls, ports: Iterable[int], allow_addresses: Iterable[str], resolve: Mapping[str, str]) -> Guard:
        """From the texts of a job file; raises ``ValueError`` for one that is no "address:port"."""
        return cls(
            frozenset(ports),
            frozenset(split_endpoint(text) for text in allow_addresses),
            {name.lower(): split_endpoint(text) for name, text in resolve.items()},
        )

    def fixed_endpoint(self, host: str, port: int) -> Endpoint | None:
        """Where the job's ``resolve`` table sends a host and port; None when it says nothing."""
        table = self.fixed or {}
        return table.get(f"{host}:{port}") or table.get(host)

    def check_port(self, port: int) -> None:
        """Raise :class:`BlockedPortError` when nothing may be dialled on that port; asked before resolving."""
        if port not in self.ports and all(port != allowed for _, allowed in self.allowed):
            raise BlockedPortError(f"port {port} is not among the job's ports")

    def vet(self, endpoints: Iterable[Endpoint]) -> list[Endpoint]:
        """All the endpoints, if each may be dialled; else :class:`BlockedError`.

        One bad answer condemns the name: a server that gives a public and a private address is testing us.
        """
        found = list(endpoints)
        for address, port in found:
            if (address, port) in self.allowed:
                continue
            why = refusal(address)
            if why:
                raise BlockedAddressError(f"{address} is {why}")
            self._check_open(port)
        return found

    def _check_open(self, port: int) -> None:
        if port not in self.ports:
            raise BlockedPortError(f"port {port} is not among the job's ports")


def refusal(text: str, is_own: Callable[[IPAddress], bool] | None = None) -> str | None:
    """Why an IP address is not one of the open web; None when it is.

    >>> refusal("64:ff9b::7f00:1"), refusal("::ffff:10.0.0.1"), refusal("169.254.169.254")
    ('a tunnel to 127.0.0.1, which is not public', 'a tunnel to 10.0.0.1, which is not public', 'not public')
    """
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return "no IP address"
    for inner in _inner(address):
        if _closed(inner):
            return f"a tunnel to {inner}, which is not public"
    mapped = isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None
    if not mapped and _closed(address) and not _is_nat64(address):
        return "not public"
    if (is_own or _is_own)(address):
        return "an address of this machine"
    return None


def split_endpoint(text: str) -> Endpoint:
    """("address", port) of "address:port" or "[address]:port".

    >>> split_endpoint("[::1]:80")
    ('::1', 80)
    """
    address, _, port = text.rpartition(":")
    return str(ipaddress.ip_address(address.strip("[]"))), int(port)


def _closed(address: IPAddress) -> bool:
    if any(address in network for network in _NEVER if network.version == address.version):
        return True
    return not address.is_global or address.is_multicast or address.is_reserved or address.is_unspecified


def _is_nat64(address: IPAddress) -> bool:
    return address.version == 6 and any(address in network for network in _NAT64)


def _inner(address: IPAddress) -> list[IPAddress]:
    """The IPv4 addresses that a mapped, compatible, NAT64, 6to4 or Teredo address leads to."""
    if not isinstance(address, ipaddress.IPv6Address):
        return []
    found: list[IPAddress] = []
    last = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.ipv4_mapped is not None:
        found.append(address.ipv4_mapped)
    if address.sixtofour is not None:
        found.append(address.sixtofour)
    if address.teredo is not None:
        found.extend(address.teredo)
    if _is_nat64(address):
        found.append(last)
    return found


def _is_own(address: IPAddress) -> bool:
    """Whether the machine itself has that address: then the kernel would also send from it. Nothing is sent here."""
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((str(address), 9))
            return ipaddress.ip_address(probe.getsockname()[0].partition("%")[0]) == address
    except OSError:
        return False  # no route to it: dialling will say so
