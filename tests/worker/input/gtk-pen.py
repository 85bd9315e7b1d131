# A window of GTK 3 as large as the screen, that tells what it hears of pens: device, kind of device, pressure, tilt, and the wheel,
# which turns with the pen.

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk

uses = [Gdk.AxisUse.PRESSURE, Gdk.AxisUse.XTILT, Gdk.AxisUse.YTILT, Gdk.AxisUse.WHEEL]


def tell(_, event):
    device = event.get_source_device()
    axes = [event.get_axis(use) for use in uses]
    print(device.get_name(), device.get_source().value_nick, *(axis if axis is None else f"{axis:.3f}" for axis in axes), flush=True)


window = Gtk.Window(type=Gtk.WindowType.POPUP)
window.set_default_size(640, 480)
window.add_events(Gdk.EventMask.POINTER_MOTION_MASK | Gdk.EventMask.BUTTON_PRESS_MASK)
window.connect("motion-notify-event", tell)
window.show()
print("ready", flush=True)
Gtk.main()
