import { type FarpaneSession, receivableCodecs } from '#web/farpane-client.ts';
import { showHint } from './hint.ts';
import type { Keep } from './keep.ts';
import { page } from './page.ts';

const key = 'farpane.codec';
/** How long it is said that the host sends another one, in milliseconds. */
const toldMs = 8000;
/** How often, and how many times, it is looked which codec a new picture has. */
const lookMs = 250;
const looks = 20;

const names: Readonly<Record<string, string>> = { '': 'Automatic', H264: 'H.264' };
const shown = (codec: string): string => names[codec] ?? codec;

/** What is said where a host sends `codec` to whom wants `wanted`; undefined where there is nothing to say. */
const refusalWords = (wanted: string, codec: string): string | undefined =>
  wanted === '' || codec === wanted ? undefined : `The host can’t send ${shown(wanted)} here: it sends ${shown(codec)}.`;

/** The codecs to ask for: none where the host is to choose. */
export const wantedCodecs = (): string[] => (page.codec.value === '' ? [] : [page.codec.value]);

/** Offers the codecs that the browser can receive, before a session and in it; what is chosen is kept, and `session()` is told of it. */
export function setCodecs(keep: Keep, session: () => FarpaneSession | undefined): void {
  const kept = keep.getItem(key);
  const offered = ['', ...receivableCodecs()];
  const selects = [page.codec, page.liveCodec];
  for (const select of selects) {
    // Among the buttons there is no room for a label beside it.
    const before = select === page.liveCodec ? 'Codec: ' : '';
    const options = offered.map((codec) => new Option(`${before}${shown(codec)}`, codec, false, codec === kept));
    select.replaceChildren(...options);
    select.addEventListener('change', () => {
      for (const other of selects) other.value = select.value;
      keep.setItem(key, select.value);
      session()?.prefer(wantedCodecs());
    });
  }
}

/** A connection has its picture: says so where that has not the codec that is wanted. */
export async function tellCodec(session: FarpaneSession): Promise<void> {
  for (let look = 0; look < looks && session.state.name === 'playing'; look += 1) {
    const codec = (await session.stats())?.codec;
    if (codec !== undefined) {
      const words = refusalWords(page.codec.value, codec.toUpperCase());
      if (words !== undefined) showHint(words, toldMs);
      return;
    }
    await new Promise((done) => setTimeout(done, lookMs));
  }
}
