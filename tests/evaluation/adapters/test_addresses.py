"""Which addresses a model server may have."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.adapters.addresses import carried_address, is_allowed


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "100.64.0.1", "100.100.100.200", "169.254.169.254", "192.0.0.192", "168.63.129.16", "198.19.0.1",
        "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.2.1", "203.0.113.9",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "fd20:ce::254",
        "ff02::1", "2001:db8::1", "3fff::1", "2001::1", "100::1", "64:ff9b:1::1", "4000::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:0:10.0.0.1",
        "64:ff9b::169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1",
        "2002:c0a8:101::1", "::127.0.0.1", "::8.8.8.8",
    ],
)  # fmt: skip
def test_it_refuses(address: str) -> None:
    assert not is_allowed(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "168.63.129.17",
        "223.255.255.1", "2600::1", "2a00:1450::1", "2001:4860:4860::8888", "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8", "2002:808:808::1",
    ],
)  # fmt: skip
def test_it_allows_public_ones(address: str) -> None:
    assert is_allowed(ip_address(address))


@pytest.mark.parametrize(
    ("address", "network", "allowed"),
    [
        ("10.1.2.3", "10.1.0.0/16", True),
        ("10.2.2.3", "10.1.0.0/16", False),
        ("::ffff:10.1.2.3", "10.1.0.0/16", True),
        ("64:ff9b::10.1.2.3", "10.1.0.0/16", True),
        ("fd12::1", "fd12::/16", True),
        ("fd12::1", "10.0.0.0/8", False),
        ("fe80::1%eth0", "fe80::/10", True),
        # A v6 network that holds all mapped addresses opens none of them.
        ("::ffff:127.0.0.1", "::/0", False),
        ("::1", "::1/128", True),
        ("127.0.0.1", "::1/128", False),
    ],
)
def test_the_operator_allows_networks(address: str, network: str, allowed: bool) -> None:
    assert is_allowed(ip_address(address), (ip_network(network),)) is allowed


# Python's own table as a second opinion: whatever it calls private must be refused here too.
@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_no_private_ipv4_address_is_allowed(ip: IPv4Address) -> None:
    if is_allowed(ip):
        assert ip.is_global
        assert not ip.is_multicast


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_no_private_ipv6_address_is_allowed(ip: IPv6Address) -> None:
    if is_allowed(ip) and carried_address(ip) is None:
        assert ip.is_global
        assert not ip.is_multicast


@given(st.integers(0, 2**32 - 1).map(IPv4Address), st.sampled_from(["::ffff:", "64:ff9b::", "::ffff:0:"]))
def test_an_address_within_an_address_is_judged_as_itself(ip: IPv4Address, prefix: str) -> None:
    assert is_allowed(ip_address(f"{prefix}{ip}")) == is_allowed(ip)
