"""Captures a display, asks for another rate after three frames, and prints of each frame its rate and the values that are in it."""

import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402

Gst.init(None)
pipeline = Gst.parse_launch(
    f"xdamagesrc display-name={sys.argv[1]} show-pointer=false ! capsfilter name=rate caps=video/x-raw,framerate=30/1"
    " ! capsfilter caps=video/x-raw,format=I420,colorimetry=bt709 ! fakesink name=sink signal-handoffs=true sync=false"
)
loop = GLib.MainLoop()
frames = 0


def take(_sink, buffer, pad):
    global frames
    frames += 1
    _, rate, _ = pad.get_current_caps().get_structure(0).get_fraction("framerate")
    _, memory = buffer.map(Gst.MapFlags.READ)
    print(rate, *sorted(set(memory.data)), flush=True)
    buffer.unmap(memory)
    if frames == 3:
        pipeline.get_by_name("rate").set_property("caps", Gst.Caps.from_string("video/x-raw,framerate=10/1"))
    if frames == 6:
        loop.quit()


pipeline.get_by_name("sink").connect("handoff", take)
pipeline.set_state(Gst.State.PLAYING)
loop.run()
pipeline.set_state(Gst.State.NULL)
