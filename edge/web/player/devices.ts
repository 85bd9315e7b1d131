import { FarpaneError, type FarpaneSession } from '#web/farpane-client.ts';
import { showHint } from './hint.ts';
import { page } from './page.ts';

/** How long a refusal is shown, in milliseconds. */
const refusalMs = 8000;

let session: () => FarpaneSession | undefined = () => undefined;

/** The button of a device: it is there only while the application wants that. */
class DeviceButton {
  readonly #name: 'microphone' | 'camera';
  readonly #button: HTMLButtonElement;
  #wanted = false;

  constructor(name: 'microphone' | 'camera', button: HTMLButtonElement) {
    this.#name = name;
    this.#button = button;
    button.addEventListener('click', () => void this.#toggle());
  }

  take(wanted: boolean): void {
    this.#wanted = wanted;
    // What nobody takes any more is not to be captured either.
    if (!wanted) void this.#device?.stop();
    this.#show();
  }

  get #device() {
    return session()?.[this.#name];
  }

  async #toggle(): Promise<void> {
    const device = this.#device;
    if (device === undefined) return;
    try {
      await (device.on ? device.stop() : device.start());
    } catch (error) {
      // Without the focus for the video, whose own hint would take the place of this one.
      showHint(FarpaneError.from(error).message, refusalMs);
      return;
    }
    this.#show();
    page.video.focus({ preventScroll: true });
  }

  #show(): void {
    const on = this.#device?.on === true;
    this.#button.hidden = !this.#wanted;
    this.#button.textContent = on ? `Stop ${this.#name}` : `Share ${this.#name}`;
    this.#button.setAttribute('aria-pressed', String(on));
  }
}

const buttons = {
  microphone: new DeviceButton('microphone', page.microphone),
  camera: new DeviceButton('camera', page.camera),
} as const;

/** Take whether the application wants to hear the microphone, or to see the camera. */
export const takeMicrophoneWish = (wanted: boolean): void => buttons.microphone.take(wanted);
export const takeCameraWish = (wanted: boolean): void => buttons.camera.take(wanted);

/** There is no connection any more. */
export function forgetDevices(): void {
  for (const button of Object.values(buttons)) button.take(false);
}

/** Makes the buttons act on the session that runs. */
export function setDevices(running: () => FarpaneSession | undefined): void {
  session = running;
}
