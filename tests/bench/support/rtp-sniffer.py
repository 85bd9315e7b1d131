#!/usr/bin/python3
"""Says when the last packet of each video frame was on the loopback interface: one line for each packet of RTP with a marker.

usage: rtp-sniffer.py

  <nanoseconds of CLOCK_REALTIME> <source address>:<port> <destination port> <RTP timestamp>

Says `ready` first. Needs the right to open raw sockets. Ends with its standard input.
"""
import select
import socket
import struct
import sys

SO_TIMESTAMPNS = 35
PACKET_OUTGOING = 4
BUFFER_BYTES = 8 * 1024 * 1024

capture = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0003))
capture.bind(("lo", 0))
capture.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
capture.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
print("ready", flush=True)

while True:
    readable, _, _ = select.select([capture, sys.stdin], [], [])
    if sys.stdin in readable and not sys.stdin.readline():
        break
    if capture not in readable:
        continue
    data, ancillary, _, sender = capture.recvmsg(128, 64)
    # The loopback interface shows each packet twice: as it leaves, and as it comes.
    if sender[2] != PACKET_OUTGOING or len(data) < 40 or data[0] >> 4 != 4 or data[9] != socket.IPPROTO_UDP:
        continue
    ip_bytes = (data[0] & 15) * 4
    source_port, destination_port = struct.unpack_from("!HH", data, ip_bytes)
    rtp = ip_bytes + 8
    # Version 2 with a marker; payload types that would be RTCP's are none (RFC 5761 section 4).
    if len(data) < rtp + 12 or data[rtp] >> 6 != 2 or not 128 + 96 <= data[rtp + 1]:
        continue
    (timestamp,) = struct.unpack_from("!I", data, rtp + 4)
    seconds, nanoseconds = struct.unpack_from("@qq", ancillary[0][2])
    source = socket.inet_ntoa(data[12:16])
    print(seconds * 1_000_000_000 + nanoseconds, f"{source}:{source_port}", destination_port, timestamp, flush=True)
