# A window of Qt 5 as large as the screen, that tells what it hears of pens: the kind of pointer, and for each event of the pen what it
# does, whether it is of a tool that turns, pressure, tilt and rotation.

from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtGui import QTabletEvent
from PyQt5.QtWidgets import QApplication, QWidget

pointers = {QTabletEvent.Pen: "pen", QTabletEvent.Eraser: "eraser"}
changes = {QEvent.TabletEnterProximity: "comes", QEvent.TabletLeaveProximity: "goes"}
types = {QEvent.TabletPress: "press", QEvent.TabletMove: "move", QEvent.TabletRelease: "release"}


class Window(QWidget):
    def tabletEvent(self, event):
        turns = event.device() == QTabletEvent.RotationStylus
        how = [f"{event.pressure():.2f}", event.xTilt(), event.yTilt(), f"{event.rotation():.1f}"]
        print(pointers[event.pointerType()], types[event.type()], "turns" if turns else "does not turn", *how, flush=True)
        event.accept()


class Application(QApplication):
    def event(self, event):
        if event.type() in changes:
            print(pointers[event.pointerType()], changes[event.type()], flush=True)
        return super().event(event)


application = Application([])
window = Window()
window.setWindowFlags(Qt.X11BypassWindowManagerHint)
window.setGeometry(0, 0, 640, 480)
window.show()
print("ready", flush=True)
application.exec()
