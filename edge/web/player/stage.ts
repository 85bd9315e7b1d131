import { hasKeys, showKeyboard } from '#web/farpane-client.ts';
import { hideHint, showHint } from './hint.ts';
import { page } from './page.ts';

/** Keys that browsers keep for themselves in full screen unless asked (Keyboard Lock, where there is one). */
interface KeyboardLock {
  lock(codes?: readonly string[]): Promise<void>;
}
declare global {
  interface Navigator {
    readonly keyboard?: KeyboardLock;
  }
}

/** How long the hint stays, in milliseconds. */
const hintMs = 5000;

/** Where no keys can be locked, as in Firefox, Esc never reaches the application: the first press leaves. */
const fullscreenHint = `${navigator.keyboard === undefined ? 'Press' : 'Hold'} Esc to leave full screen.`;

/** What belongs to the picture, not to a session: sound, full screen, the mouse lock, where the keys go. */
export function setStage(): void {
  const { video, mute, sound, fullscreen, lock } = page;
  mute.addEventListener('click', () => setMuted(!video.muted));
  sound.addEventListener('click', () => setMuted(false));
  video.addEventListener('volumechange', () => {
    mute.textContent = video.muted ? 'Unmute' : 'Mute';
    mute.setAttribute('aria-pressed', String(video.muted));
    if (!video.muted) sound.hidden = true;
  });
  fullscreen.addEventListener('click', () => void toggleFullscreen());
  document.addEventListener('fullscreenchange', () => {
    fullscreen.textContent = document.fullscreenElement === null ? 'Full screen' : 'Leave full screen';
    hint();
  });
  lock.addEventListener('click', () => {
    video.focus();
    // Refused where the browser wants a pause between two locks: a second click does it.
    void Promise.resolve(video.requestPointerLock()).catch(() => undefined);
  });
  page.keyboard.addEventListener('click', () => showKeyboard(page.video));
  keepTheWayOut();
  giveHints();
}

function setMuted(muted: boolean): void {
  page.video.muted = muted;
  page.video.focus();
}

/** Shows that the browser keeps the sound off until somebody clicks. */
export function offerSound(): void {
  page.sound.hidden = false;
}

async function toggleFullscreen(): Promise<void> {
  page.video.focus();
  if (document.fullscreenElement !== null) return document.exitFullscreen();
  try {
    await page.stage.requestFullscreen({ navigationUI: 'hide' });
    // With it Esc is the application's, and holding it down leaves.
    await navigator.keyboard?.lock(['Escape', 'Tab', 'AltLeft', 'MetaLeft', 'MetaRight']);
  } catch {
    // Full screen was refused, or keys can't be locked here: the player goes on as it is.
  }
}

/** Tab belongs to the application while the picture has the focus: people without a mouse need a way out (WCAG 2.1.2). */
function keepTheWayOut(): void {
  const leave = (event: KeyboardEvent): void => {
    if (!(event.code === 'KeyX' && event.ctrlKey && event.altKey && event.shiftKey)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    page.mute.focus();
  };
  page.stage.addEventListener('keydown', leave, { capture: true });
}

function giveHints(): void {
  page.stage.addEventListener('focusin', hint);
  page.stage.addEventListener('focusout', () => {
    if (!hasKeys(page.video)) hideHint();
  });
}

function hint(): void {
  if (!hasKeys(page.video) || page.video.hidden) return;
  // A touch says nothing of keys, and who has none needs no way out of them.
  if (!matchMedia('(any-hover: hover)').matches) return;
  const words =
    document.fullscreenElement === null
      ? 'Keys go to the application. To leave it, click above the picture or press Ctrl+Alt+Shift+X.'
      : fullscreenHint;
  showHint(words, hintMs);
}
