import type { ControlInput } from '#web/client/control.ts';
import { listenToKeyboard } from './keyboard.ts';
import { listenToMouse } from './mouse.ts';
import { listenToTouch } from './touch.ts';
import { listenToWheel } from './wheel.ts';

/**
 * Turns what a person does on `video` into messages of the control channel. The element must show its picture whole and centred
 * (`object-fit: contain`, the default); it becomes focusable, and keys are the application's while it has the focus.
 *
 * @returns how to stop: whatever is held is let go first. Idempotent.
 */
export function attachInput(video: HTMLVideoElement, send: (message: ControlInput) => void): () => void {
  const abort = new AbortController();
  const target = { video, send, signal: abort.signal };
  if (!video.hasAttribute('tabindex')) video.tabIndex = 0;
  // Else the browser scrolls and zooms with the fingers.
  video.style.touchAction = 'none';
  listenToMouse(target);
  listenToTouch(target);
  listenToWheel(target);
  listenToKeyboard(target);
  return () => abort.abort();
}
