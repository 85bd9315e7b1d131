"""An application that shows what it sees of its user's camera: as its own pictures, in a window of the camera's size."""

import os
import socket
import subprocess
import time

SHOW = 'fdsrc ! y4mdec ! videoconvert ! ximagesink sync=false'

while True:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(os.environ['FARPANE_SOCKETS'] + '/camera')
    # It ends where the stream does: with the client that sends it.
    shown = subprocess.Popen(['gst-launch-1.0', '-q', *SHOW.split()], stdin=connection.fileno())
    connection.close()
    shown.wait()
    time.sleep(0.2)
