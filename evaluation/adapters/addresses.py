"""Which addresses a model server may have. Pure: no name is resolved and nothing is connected to here.

The table is our own, from the IANA registries of special-purpose addresses, because the answers of
`ipaddress` (`is_private`, `is_global`) differ between Python's patch releases.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

_NOT_PUBLIC_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # behind a provider's NAT; a cloud's metadata server at 100.100.100.200
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's platform server, reachable from its machines only
        "169.254.0.0/16",  # link-local; metadata servers at 169.254.169.254
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; a cloud's metadata server at 192.0.0.192
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)

# Nothing outside 2000::/3 is public unicast: not loopback, unique local (fc00::/7, with the metadata servers
# fd00:ec2::254 and fd20:ce::254), link-local, site-local or multicast.
_PUBLIC_V6 = IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)

# Prefixes whose addresses carry an IPv4 address, where connections end, and how far right its last bit is.
_CARRIERS = (
    (IPv6Network("::ffff:0:0/96"), 0),  # IPv4-mapped
    (IPv6Network("::ffff:0:0:0/96"), 0),  # IPv4-translated
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (IPv6Network("2002::/16"), 80),  # 6to4
)


def is_allowed(
    ip: IPv4Address | IPv6Address, allowed_networks: Iterable[IPv4Network | IPv6Network] = ()
) -> bool:
    """Whether a model server may be reached at `ip`: it is public, or in one of `allowed_networks`.

    An IPv6 address that carries an IPv4 address is judged by that one.
    """
    carried = carried_address(ip)
    if carried is not None:
        return is_allowed(carried, allowed_networks)
    if any(ip.version == network.version and ip in network for network in allowed_networks):
        return True
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _NOT_PUBLIC_V4)
    return ip in _PUBLIC_V6 and not any(ip in network for network in _NOT_PUBLIC_V6)


def carried_address(ip: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside an IPv4-mapped, IPv4-translated, NAT64 or 6to4 address; None for others."""
    if isinstance(ip, IPv4Address):
        return None
    for network, shift in _CARRIERS:
        if ip in network:
            return IPv4Address(int(ip) >> shift & 0xFFFFFFFF)
    return None
