/** What a connection has carried since it was made, at one moment. */
export interface Carried {
  atMs: number;
  sentBytes: number;
  receivedBytes: number;
}

/** Clients report several times a second on what they get: one that was sent so much and said nothing for so long got nothing. */
const silentMs = 1000;
const sentBytes = 10_000;

/**
 * Tells when a client is heard again that was cut off for a while: what it was sent then can't all be sent again, and it would wait for as
 * long as three seconds before it asks for a picture that needs nothing of that (Chromium). Pure.
 *
 * @param heard how it was when the client was heard last; null before the first look.
 */
export function listen(heard: Carried | null, now: Carried): { heard: Carried; isBack: boolean } {
  // A new connection counts from nothing again.
  if (heard === null || now.receivedBytes < heard.receivedBytes) return { heard: now, isBack: false };
  if (now.receivedBytes === heard.receivedBytes) return { heard, isBack: false };
  const wasSilent = now.atMs - heard.atMs >= silentMs && now.sentBytes - heard.sentBytes >= sentBytes;
  return { heard: now, isBack: wasSilent };
}

/** Listens to the clients of a session, each whenever its link is looked at. */
export class Silences<Client> {
  readonly #heard = new Map<Client, Carried>();
  readonly #onBack: (client: Client) => void;

  constructor(onBack: (client: Client) => void) {
    this.#onBack = onBack;
  }

  /** `carried`: null where the client is gone. */
  look(client: Client, carried: Carried | null): void {
    if (carried === null) {
      this.#heard.delete(client);
      return;
    }
    const { heard, isBack } = listen(this.#heard.get(client) ?? null, carried);
    this.#heard.set(client, heard);
    if (isBack) this.#onBack(client);
  }
}
