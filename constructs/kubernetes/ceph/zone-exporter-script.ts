/**
 * What the zone exporter runs, with the Python that Ceph's image has: asks Ceph every minute and shows Prometheus the last
 * answer. Which zone comes first and which are read-only is in the period, by which gateways act; how far behind the copies
 * are is said by `sync status` in words only. Ceph's own exporters have neither.
 *
 * A number that could not be had is not shown, and `object_store_sync_known` says 0: nothing here looks like "no lag".
 *
 * @see https://docs.ceph.com/en/tentacle/radosgw/multisite/#checking-synchronization-status
 */
export const zoneExporterScript = `"""zones.py PORT COMMAND...: roles of the zones and the lag of their copies, for Prometheus."""
import datetime
import http.server
import json
import re
import subprocess
import sys
import threading
import time

LOOK_SECONDS = 60
page = ""


def words(argument):
    """An argument as given, or, where it ends in =@FILE, with what the file says now."""
    name, at, path = argument.partition("=@")
    if not at:
        return argument
    with open(path, encoding="utf-8") as file:
        return f"{name}={file.read().strip()}"


def ask(command, *more):
    done = subprocess.run([*map(words, command), *more], capture_output=True, text=True, timeout=50, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(more)} ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return done.stdout


def roles(period):
    for group in period["period_map"]["zonegroups"]:
        for zone in group["zones"]:
            labels = f'{{zone="{zone["name"]}"}}'
            first = zone["id"] == group["master_zone"]
            # Releases differ in whether this is a word or a truth value.
            closed = str(zone["read_only"]).lower() == "true"
            yield f"object_store_zone_master{labels} {int(first)}"
            yield f"object_store_zone_read_only{labels} {int(closed)}"
    yield f"object_store_realm_epoch {period['realm_epoch']}"


def sections(status):
    """What is copied, from which zone, and the lines on it."""
    kind, zone, lines = None, "", []
    for line in status.splitlines():
        start = re.match(r"\\s*(metadata|data) sync ", line)
        source = re.search(r"source: \\S+ \\((.*)\\)", line)
        if start or source:
            if kind:
                yield kind, zone, "\\n".join(lines)
            kind, zone, lines = start[1] if start else kind, source[1] if source else "", []
        lines.append(line)
    if kind:
        yield kind, zone, "\\n".join(lines)


def lags(status, now):
    for kind, source, text in sections(status):
        if "no sync (zone is master)" in text or "not syncing from zone" in text:
            continue
        labels = f'{{kind="{kind}",source="{source}"}}'
        behind = re.search(r"is behind on (\\d+) shards", text)
        # Between two periods Ceph says "caught up" of the old one.
        caught = "is caught up with" in text and "different period" not in text
        yield f"object_store_sync_known{labels} {int(bool(caught or behind))}"
        if caught:
            yield f"object_store_sync_behind_shards{labels} 0"
            yield f"object_store_sync_lag_seconds{labels} 0"
        elif behind:
            yield f"object_store_sync_behind_shards{labels} {behind[1]}"
            oldest = re.search(r"not applied: (\\S{19})\\S*?([+-]\\d{4})", text)
            if oldest:
                since = datetime.datetime.strptime("".join(oldest.groups()), "%Y-%m-%dT%H:%M:%S%z")
                yield f"object_store_sync_lag_seconds{labels} {max(0, int(now - since.timestamp()))}"


def look(command):
    global page
    lines = [*roles(json.loads(ask(command, "period", "get"))), *lags(ask(command, "sync", "status"), time.time())]
    page = "\\n".join([*lines, f"object_store_looked_timestamp_seconds {int(time.time())}", ""])


def keep_looking(command):
    while True:
        try:
            look(command)
        except Exception as problem:  # whatever it is, the next look may succeed; the age of the last one is shown
            print(problem, file=sys.stderr, flush=True)
        time.sleep(LOOK_SECONDS)


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    port, *admin = sys.argv[1:]
    threading.Thread(target=keep_looking, args=(admin,), daemon=True).start()
    http.server.ThreadingHTTPServer(("", int(port)), Page).serve_forever()
`;
