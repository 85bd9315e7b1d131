import { FarpaneError, type Gateway } from '#web/farpane-client.ts';
import { page } from './page.ts';

/** How long a button says that it has worked, in milliseconds. */
const doneMs = 2500;

/** The address of the player that plays a share. */
export const watchLink = (origin: string, connectUrl: string): string => `${origin}/#watch=${encodeURIComponent(connectUrl)}`;

/** The share that an address of the player names (`#watch=…`), if it is one of this gateway. */
export function watchedShare(hash: string, origin: string): string | undefined {
  const url = new URLSearchParams(hash.replace(/^#/, '')).get('watch') ?? '';
  return URL.canParse(url) && new URL(url).origin === origin ? url : undefined;
}

export interface Sharing {
  gateway: Gateway;
  session: string;
}

/** Makes the buttons that copy a link for others. `what()`: the session that can be shared now. */
export function setSharing(what: () => Sharing | undefined): void {
  page.shareView.addEventListener('click', () => void share(page.shareView, 'view', what()));
  page.shareControl.addEventListener('click', () => void share(page.shareControl, 'control', what()));
}

/** Offers to share, or not: a guest can't. */
export function offerSharing(offered: boolean): void {
  page.shareView.hidden = !offered;
  page.shareControl.hidden = !offered;
}

async function share(button: HTMLButtonElement, type: 'view' | 'control', what: Sharing | undefined): Promise<void> {
  if (what === undefined) return;
  try {
    const { url } = await what.gateway.share(what.session, type);
    const link = watchLink(location.origin, url);
    // Refused where the page has not the focus, or is no secure context: then the person copies it.
    await navigator.clipboard.writeText(link).catch(() => prompt('Copy this link:', link));
    say(button, 'Link copied');
  } catch (error) {
    say(button, FarpaneError.from(error).message);
  }
}

function say(button: HTMLButtonElement, text: string): void {
  const label = button.dataset['label'] ?? button.textContent;
  button.dataset['label'] = label;
  button.textContent = text;
  setTimeout(() => {
    button.textContent = label;
  }, doneMs);
}
