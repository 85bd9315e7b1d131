import { FarpaneError, type FarpaneSession } from '#web/farpane-client.ts';
import { page } from './page.ts';

/** How long a refusal is shown, in milliseconds. */
const refusalMs = 8000;

let session: () => FarpaneSession | undefined = () => undefined;
let wanted = false;

/** Takes whether the application wants to hear the microphone: only then is there a button for it. */
export function takeMicrophoneWish(wish: boolean): void {
  wanted = wish;
  // What nobody hears any more is not to be captured either.
  if (!wish) void session()?.microphone.stop();
  show();
}

/** There is no connection any more. */
export const forgetMicrophone = (): void => takeMicrophoneWish(false);

/** Makes the button act on the session that runs. */
export function setMicrophone(running: () => FarpaneSession | undefined): void {
  session = running;
  page.microphone.addEventListener('click', () => void toggle());
}

async function toggle(): Promise<void> {
  const microphone = session()?.microphone;
  if (microphone === undefined) return;
  try {
    await (microphone.on ? microphone.stop() : microphone.start());
  } catch (error) {
    // Without the focus for the video, whose own hint would take the place of this one.
    refuse(FarpaneError.from(error).message);
    return;
  }
  show();
  page.video.focus({ preventScroll: true });
}

function refuse(message: string): void {
  page.hint.textContent = message;
  page.hint.hidden = false;
  setTimeout(() => {
    if (page.hint.textContent === message) page.hint.hidden = true;
  }, refusalMs);
}

function show(): void {
  const on = session()?.microphone.on === true;
  page.microphone.hidden = !wanted;
  page.microphone.textContent = on ? 'Stop microphone' : 'Share microphone';
  page.microphone.setAttribute('aria-pressed', String(on));
}
