#!/usr/bin/env python3
"""The provider that sites announce the service addresses to: it sends each to the first site whose router is there.

provider.py SITES   a JSON list of objects with device, own (our address), via and addresses, each of the two by family.

Asks each router ten times a second by ARP, which no firewall hears; three answers that are missing are BFD's detection.
"""
import json
import select
import socket
import struct
import subprocess
import sys
import time

EVERY, MISSING, BACK = 0.1, 3, 3
BROADCAST = b"\xff" * 6


class Line:
    def __init__(self, site):
        self.site = site
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
        self.socket.bind((site["device"], 0))
        self.mac = self.socket.getsockname()[4]
        self.via = socket.inet_aton(site["via"]["ipv4"])
        self.missed, self.answered, self.is_there, self.heard = 0, 0, True, True

    def ask(self):
        self.missed, self.answered = (0, self.answered + 1) if self.heard else (self.missed + 1, 0)
        if self.missed >= MISSING:
            self.is_there = False
        if self.answered >= BACK:
            self.is_there = True
        self.heard = False
        own = socket.inet_aton(self.site["own"])
        arp = struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, self.mac, own, b"\0" * 6, self.via)
        try:
            self.socket.send(BROADCAST + self.mac + b"\x08\x06" + arp)
        except OSError:
            pass

    def hear(self):
        packet = self.socket.recv(64)
        if packet[20:22] == b"\x00\x02" and packet[28:32] == self.via:
            self.heard = True


def ip(*words):
    subprocess.run(["ip", *words], check=False)


lines = [Line(site) for site in json.loads(sys.argv[1])]
chosen = {}
while True:
    for line in lines:
        line.ask()
    end = time.monotonic() + EVERY
    while (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select([line.socket for line in lines], [], [], left)
        for line in lines:
            if line.socket in ready:
                line.hear()
    for family, option in (("ipv4", "-4"), ("ipv6", "-6")):
        all_of_it = [line for line in lines if family in line.site["addresses"]]
        to = next((line for line in all_of_it if line.is_there), None)
        if chosen.get(family, ...) is to:
            continue
        chosen[family] = to
        for address in {line.site["addresses"][family] for line in all_of_it}:
            if to:
                ip(option, "route", "replace", address, "via", to.site["via"][family])
            else:
                ip(option, "route", "replace", "unreachable", address)
        print(f"{time.time():.2f} {family} leads to {to.site['device'] if to else 'nobody'}", flush=True)
