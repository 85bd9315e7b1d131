#!/usr/bin/python3
"""aiortc: WebRTC in Python, of Debian. Speaks the lines of messages.ts."""
import asyncio
import json
import os
import sys

from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.codecs import opus
from aiortc.mediastreams import MediaStreamError
from aiortc.sdp import candidate_from_sdp

# Its decoder takes packets of one length only, which is 20 ms unless it is told.
opus.SAMPLES_PER_FRAME = 480


def say(**message):
    # In one piece, whichever thread says it.
    os.write(1, (json.dumps(message) + "\n").encode())


def see(frame):
    luma = frame.to_ndarray(format="gray")
    block = luma.shape[1] // 64
    say(blocks=[int(luma[16][n * block + block // 2]) for n in range(64)])


def hear(frame):
    samples = frame.to_ndarray().astype(float) / 32768
    say(level=float((samples**2).mean() ** 0.5))


async def follow(track):
    take = see if track.kind == "video" else hear
    try:
        while True:
            take(await track.recv())
    except MediaStreamError:
        pass


async def main():
    connection = RTCPeerConnection()
    control = connection.createDataChannel("control")
    control.on("open", lambda: say(opened=True))
    control.on("message", lambda text: say(heard=text))
    following = set()
    connection.on("track", lambda track: following.add(asyncio.ensure_future(follow(track))))
    reader = asyncio.StreamReader(limit=1 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        message = json.loads(line)
        if "offer" in message:
            await connection.setRemoteDescription(RTCSessionDescription(message["offer"], "offer"))
            await connection.setLocalDescription(await connection.createAnswer())
            say(answer=connection.localDescription.sdp)
        elif "candidate" in message:
            candidate = candidate_from_sdp(message["candidate"].removeprefix("candidate:"))
            candidate.sdpMid = message["sdpMid"]
            candidate.sdpMLineIndex = message["sdpMLineIndex"]
            await connection.addIceCandidate(candidate)
        else:
            control.send(message["send"])


asyncio.run(main())
