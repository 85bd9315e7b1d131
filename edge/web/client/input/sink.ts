/**
 * Where keys go in the page: a text field that nobody sees, for only into one do browsers compose accents, type other scripts, paste, and
 * show the keyboard of a phone. It has the focus in the video's stead.
 */
export interface Sink {
  readonly field: HTMLTextAreaElement;
  /** Gives the keys to the application. */
  focus(): void;
}

/** What stands in the field: without something to take away, phones tell of no Backspace. */
const filling = '\u00a0'.repeat(8);

const sinks = new WeakMap<HTMLVideoElement, Sink>();

/** Makes the field of a video, beside it. */
export function createSink(video: HTMLVideoElement, signal: AbortSignal): Sink {
  const field = document.createElement('textarea');
  field.tabIndex = -1;
  field.setAttribute('aria-label', video.getAttribute('aria-label') ?? 'The application');
  for (const name of ['autocomplete', 'autocapitalize', 'autocorrect']) field.setAttribute(name, 'off');
  field.spellcheck = false;
  // A click into the picture is no wish for the keyboard of the screen.
  field.inputMode = 'none';
  Object.assign(field.style, {
    ...{ position: 'fixed', left: '50%', bottom: '0', width: '1px', height: '1px', padding: '0', border: '0' },
    // Browsers zoom in on smaller text.
    ...{ fontSize: '16px', opacity: '0', resize: 'none', pointerEvents: 'none' },
  });
  empty(field);
  video.after(field);
  const focus = (): void => {
    if (document.activeElement !== field) field.focus({ preventScroll: true });
  };
  video.addEventListener('focus', focus, { signal });
  const sink = { field, focus };
  sinks.set(video, sink);
  signal.addEventListener('abort', () => {
    sinks.delete(video);
    field.remove();
  });
  return sink;
}

/** Nothing that was typed stays. */
export function empty(field: HTMLTextAreaElement): void {
  field.value = filling;
  field.setSelectionRange(filling.length, filling.length);
}

/** Shows or hides the keyboard of the screen, on a device that has one. For the handler of a click: browsers allow it only there. */
export function showKeyboard(video: HTMLVideoElement, shown = true): void {
  const field = sinks.get(video)?.field;
  if (field === undefined) return;
  field.inputMode = shown ? 'text' : 'none';
  // Of a field that has the focus already browsers take no notice.
  field.blur();
  field.focus({ preventScroll: true });
}

/** What is the last of the elements that lie beside a video on its behalf: whoever adds one puts it behind that. */
export const lastBeside = (video: HTMLVideoElement): Element => {
  const field = sinks.get(video)?.field;
  return field?.parentNode === video.parentNode && field !== undefined ? field : video;
};

/** Whether keys go to the application of this video. */
export const hasKeys = (video: HTMLVideoElement): boolean => {
  const active = document.activeElement;
  return active === video || (active !== null && active === sinks.get(video)?.field);
};
