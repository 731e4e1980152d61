"""Says on standard output what Alertmanager sends it: the receiver of a laptop's deployment."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MOST_BYTES = 1_048_576


class Bell(BaseHTTPRequestHandler):
    """Takes notifications of Alertmanager's webhook, and says a line for each alert."""

    def do_POST(self) -> None:
        """Say the alerts of a notification."""
        length = min(int(self.headers.get("Content-Length") or 0), MOST_BYTES)
        try:
            lines = said(json.loads(self.rfile.read(length)))
        except (ValueError, AttributeError):
            self.send_error(400)
            return
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing of the requests themselves."""


def said(notification: dict[str, object]) -> list[str]:
    """A line for each alert: firing or resolved, its name, and what it means."""
    lines = []
    for alert in notification.get("alerts") or ():  # type: ignore[attr-defined]
        labels, notes = alert.get("labels") or {}, alert.get("annotations") or {}
        lines.append(f"{alert.get('status')}: {labels.get('alertname')}: {notes.get('summary')}")
    return lines


if __name__ == "__main__":
    ThreadingHTTPServer(("0.0.0.0", 8080), Bell).serve_forever()  # noqa: S104 - within the network of compose
