#!/usr/bin/python3
"""webrtcbin: GStreamer's own WebRTC, as a client. Speaks the lines of messages.ts."""
import array
import json
import os
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

# Asked for byte-streams, the depayloader of 1.22 gives what this decoder makes no picture of where frames have several slices.
VIDEO = "rtph264depay ! video/x-h264,stream-format=avc,alignment=au ! h264parse ! openh264dec ! videoconvert ! video/x-raw,format=GRAY8 ! appsink name=sink emit-signals=true sync=false"
SOUND = "rtpopusdepay ! opusdec ! audioconvert ! audio/x-raw,format=S16LE ! appsink name=sink emit-signals=true sync=false"


def say(**message):
    # In one piece, whichever thread says it.
    os.write(1, (json.dumps(message) + "\n").encode())


class Client:
    def __init__(self):
        self.loop = GLib.MainLoop()
        self.pipeline = Gst.Pipeline()
        self.peer = Gst.ElementFactory.make("webrtcbin")
        self.peer.set_property("bundle-policy", "max-bundle")
        self.pipeline.add(self.peer)
        self.peer.connect("pad-added", self.take_stream)
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", self.fail)
        self.control = None

    def run(self):
        threading.Thread(target=self.listen, daemon=True).start()
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)

    def fail(self, _, message):
        print(message.parse_error(), file=sys.stderr)
        self.loop.quit()

    def listen(self):
        for line in sys.stdin:
            GLib.idle_add(self.take, json.loads(line))
        GLib.idle_add(self.loop.quit)

    def take(self, message):
        if "offer" in message:
            self.answer(message["offer"])
        elif "candidate" in message:
            self.peer.emit("add-ice-candidate", message["sdpMLineIndex"], message["candidate"])
        else:
            self.control.emit("send-string", message["send"])
        return False

    def answer(self, text):
        _, sdp = GstSdp.SDPMessage.new_from_text(text)
        offer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.OFFER, sdp)
        set_remote = Gst.Promise.new()
        self.peer.emit("set-remote-description", offer, set_remote)
        set_remote.wait()
        self.control = self.peer.emit("create-data-channel", "control", None)
        self.control.connect("on-open", lambda _: say(opened=True))
        self.control.connect("on-message-string", lambda _, text: say(heard=text))
        create = Gst.Promise.new()
        self.peer.emit("create-answer", None, create)
        create.wait()
        reply = create.get_reply()
        answer = reply.get_value("answer")
        set_local = Gst.Promise.new()
        self.peer.emit("set-local-description", answer, set_local)
        set_local.wait()
        say(answer=answer.sdp.as_text())

    def take_stream(self, _, pad):
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        video = pad.get_current_caps().get_structure(0).get_string("media") == "video"
        decoder = Gst.parse_bin_from_description(VIDEO if video else SOUND, True)
        decoder.get_by_name("sink").connect("new-sample", self.see if video else self.hear)
        self.pipeline.add(decoder)
        decoder.sync_state_with_parent()
        pad.link(decoder.get_static_pad("sink"))

    def see(self, sink):
        sample = sink.emit("pull-sample")
        width = sample.get_caps().get_structure(0).get_int("width").value
        # Lines of GRAY8 are as long as a multiple of four (gst_video_info).
        line, block = 16 * ((width + 3) // 4 * 4), width // 64
        data = sample.get_buffer().extract_dup(line, width)
        say(blocks=[data[n * block + block // 2] for n in range(64)])
        return Gst.FlowReturn.OK

    def hear(self, sink):
        buffer = sink.emit("pull-sample").get_buffer()
        samples = array.array("h", buffer.extract_dup(0, buffer.get_size()))
        say(level=(sum((s / 32768) ** 2 for s in samples) / max(1, len(samples))) ** 0.5)
        return Gst.FlowReturn.OK


Gst.init(None)
Client().run()
