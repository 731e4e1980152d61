"""Ports of this machine for programs that are started here."""

import secrets
import socket
from typing import Final

# Below the range that Linux (32768 up) and macOS (49152 up) give to outgoing connections: otherwise a client that
# knocks while the broker restarts may be given the broker's own port to call from, and the port is gone.
_PORT_RANGE: Final = range(20_000, 32_000)


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    try:  # on some systems one may bind an address although another listens on all of them
        socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
    except OSError:
        return True
    return False


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on, outside the range of outgoing connections."""
    while True:
        port = secrets.choice(_PORT_RANGE)
        if is_free(port):
            return port
