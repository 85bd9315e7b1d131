import type { ControlInput } from '#web/client/control.ts';
import { listenToGamepads } from './gamepads.ts';
import { listenToKeyboard } from './keyboard.ts';
import { listenToMouse } from './mouse.ts';
import { listenToPen } from './pen.ts';
import { createSink } from './sink.ts';
import type { InputTarget } from './target.ts';
import { listenToText } from './text.ts';
import { listenToTouch } from './touch.ts';
import { listenToWheel } from './wheel.ts';

export interface InputOptions {
  /**
   * What keys mean to the application: `characters`, what stands on the user's keyboard; `positions`, the key at that place of a US
   * keyboard; `auto` (default): places while the pointer is locked, as in a game, else characters.
   */
  readonly keys?: 'auto' | 'characters' | 'positions';
}

/**
 * Turns what a person does on `video` into messages of the control channel. The element must show its picture whole and centred
 * (`object-fit: contain`, the default); it becomes focusable, and keys are the application's while it has the focus, which it hands
 * on to a text field beside it that nobody sees.
 *
 * @returns how to stop: whatever is held is let go first. Idempotent.
 */
export function attachInput(
  video: HTMLVideoElement,
  send: (message: ControlInput) => void,
  { keys = 'auto' }: InputOptions = {},
): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  const target: InputTarget = { video, sink: createSink(video, signal), keyMeaning: keys, send, signal };
  if (!video.hasAttribute('tabindex')) video.tabIndex = 0;
  // Else Firefox puts a button over the picture, where a click would be the application's.
  video.setAttribute('disablepictureinpicture', '');
  // Else the browser scrolls and zooms with the fingers.
  video.style.touchAction = 'none';
  listenToMouse(target);
  listenToTouch(target);
  listenToPen(target);
  listenToWheel(target);
  listenToKeyboard(target);
  listenToText(target);
  listenToGamepads(send, signal);
  return () => abort.abort();
}
