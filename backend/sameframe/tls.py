"""A certificate made on the spot, so that cameras work on a LAN without a certificate authority."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import psutil
import trustme


def lan_addresses() -> list[str]:
    """Return this machine's IPv4 addresses that others may reach, without those of containers."""
    states = psutil.net_if_stats()
    found = [
        address.address
        for name, addresses in psutil.net_if_addrs().items()
        if states[name].isup and not name.startswith(("docker", "br-", "veth"))
        for address in addresses
        if address.family == socket.AF_INET
    ]
    return [a for a in found if not (ip_address(a).is_loopback or ip_address(a).is_link_local)]


def certificate_for(addresses: list[str]) -> ssl.SSLContext:
    """Make a certificate for this machine under all its names; nothing is kept on disk."""
    now = datetime.now(UTC)
    host = socket.gethostname()
    names = dict.fromkeys(["localhost", "127.0.0.1", "::1", *addresses, host, f"{host}.local"])
    leaf = trustme.CA(organization_name="Sameframe").issue_cert(
        *names,
        organization_name="Sameframe",
        not_before=now - timedelta(days=1),
        not_after=now + timedelta(days=365),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    return context
