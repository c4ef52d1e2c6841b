#!/usr/bin/env python3
"""A line between two places: what comes in at one end leaves at the other, later.

line.py TAP_A TAP_B SETTINGS   makes both ends, and reads the settings again on SIGHUP: a JSON object with delaySeconds,
lossPercent, megabitsPerSecond (0: as fast as it goes), cutAB and cutBA (true: that direction carries nothing).
"""
import fcntl
import heapq
import json
import os
import random
import select
import signal
import struct
import sys
import time

# linux/if_tun.h
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 2, 0x1000
LONGEST = 65536
# What finds no room is dropped, as in a router: a second and a half at a hundred megabits.
WAITING_MAX = 16384


def tap(name):
    end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return end


a, b = tap(sys.argv[1]), tap(sys.argv[2])
other = {a: b, b: a}
free_at = {a: 0.0, b: 0.0}
waiting, count, settings = [], 0, {}


def read(*_):
    with open(sys.argv[3]) as file:
        settings.update(json.load(file))


signal.signal(signal.SIGHUP, read)
read()
while True:
    now = time.monotonic()
    ready, _, _ = select.select([a, b], [], [], max(0, waiting[0][0] - now) if waiting else None)
    now = time.monotonic()
    for end in ready:
        for _ in range(64):
            try:
                packet = os.read(end, LONGEST)
            except OSError:
                break
            if settings["cutAB" if end == a else "cutBA"] or len(waiting) >= WAITING_MAX:
                continue
            if settings["lossPercent"] and random.random() * 100 < settings["lossPercent"]:
                continue
            leaves = now
            if settings["megabitsPerSecond"]:
                leaves = max(now, free_at[end])
                free_at[end] = leaves + len(packet) * 8 / (settings["megabitsPerSecond"] * 1e6)
                leaves = free_at[end]
            count += 1
            heapq.heappush(waiting, (leaves + settings["delaySeconds"], count, other[end], packet))
    while waiting and waiting[0][0] <= now:
        _, _, end, packet = heapq.heappop(waiting)
        try:
            os.write(end, packet)
        except OSError:
            pass
