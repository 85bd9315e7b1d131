#!/usr/bin/python3
"""GStreamer's own WebRTC, the baseline that this project's latency is compared with: offers one video stream.

usage: webrtcbin-peer.py CHAIN

CHAIN is the text of a pipeline that ends in RTP caps. One JSON object a line, both ways:
  out  {"sdp": "..."}, the offer; {"candidate": "...", "sdpMLineIndex": 0}; {"error": "..."}
  in   {"sdp": "..."}, the answer; {"candidate": "...", "sdpMLineIndex": 0}
Ends with its standard input.
"""
import json
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402


class Peer:
    def __init__(self, chain):
        self.loop = GLib.MainLoop()
        self.pipeline = Gst.parse_launch(f"webrtcbin name=peer bundle-policy=max-bundle latency=0 {chain} ! peer.")
        self.peer = self.pipeline.get_by_name("peer")
        self.peer.connect("on-negotiation-needed", self.offer)
        self.peer.connect("on-ice-candidate", lambda _, line, text: say(candidate=text, sdpMLineIndex=line))
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message", self.heard)

    def run(self):
        threading.Thread(target=self.listen, daemon=True).start()
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)

    def offer(self, _):
        def made(promise, _):
            promise.wait()
            # The reply owns the offer: without a name of its own it would be gone.
            reply = promise.get_reply()
            offer = reply.get_value("offer")
            # First, as candidates are told as soon as it is set.
            say(sdp=offer.sdp.as_text())
            self.peer.emit("set-local-description", offer, None)

        self.peer.emit("create-offer", None, Gst.Promise.new_with_change_func(made, None))

    def heard(self, _, message):
        if message.type == Gst.MessageType.ERROR:
            say(error=str(message.parse_error()))
            self.loop.quit()
        elif message.type == Gst.MessageType.LATENCY:
            self.pipeline.recalculate_latency()

    def listen(self):
        for line in sys.stdin:
            GLib.idle_add(self.take, json.loads(line))
        GLib.idle_add(self.loop.quit)

    def take(self, message):
        if "sdp" in message:
            _, sdp = GstSdp.SDPMessage.new_from_text(message["sdp"])
            answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, sdp)
            self.peer.emit("set-remote-description", answer, None)
        else:
            self.peer.emit("add-ice-candidate", message["sdpMLineIndex"], message["candidate"])
        return False


def say(**message):
    print(json.dumps(message), flush=True)


Gst.init(None)
Peer(sys.argv[1]).run()
