import type { FarpaneSession } from '#web/farpane-client.ts';
import { page } from './page.ts';

/** What the application copied last, where the browser did not let it be written without a click. */
let waiting: string | undefined;

/** Takes what the application has copied: into the clipboard at once where the browser allows it, else by a button. */
export function takeCopied(text: string): void {
  waiting = text;
  void write(text);
}

/** Makes the buttons act on `session()`. */
export function setClipboard(session: () => FarpaneSession | undefined): void {
  page.copy.addEventListener('click', () => {
    if (waiting !== undefined) void write(waiting);
    page.video.focus();
  });
  page.paste.addEventListener('click', () => {
    void read().then((text) => {
      if (text !== undefined) session()?.setClipboard(text);
      page.video.focus();
    });
  });
  // Browsers let only pages read it that came over HTTPS, or from this machine.
  page.paste.hidden = !('clipboard' in navigator);
}

async function write(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    waiting = undefined;
  } catch {
    // No permission, or no clipboard at all: the click on the button may be what is missing.
    if (copyOldWay(text)) waiting = undefined;
  }
  page.copy.hidden = waiting === undefined;
}

/** For pages that came over plain HTTP, in the handler of a click. */
function copyOldWay(text: string): boolean {
  if (!navigator.userActivation.isActive) return false;
  const field = document.createElement('textarea');
  field.value = text;
  page.stage.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
}

async function read(): Promise<string | undefined> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    // The person said no.
    return undefined;
  }
}
