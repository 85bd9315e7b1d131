import type { Connection } from '#worker/input/connection.ts';

/** Atoms that every server has (X11 protocol, appendix B). */
const predefined = { atom: 4, string: 31 } as const;

/** The atoms that selections are spoken of with (ICCCM section 2). */
export interface Atoms {
  clipboard: number;
  targets: number;
  incr: number;
  utf8: number;
  /** The same text under other names. */
  plainText: number;
  text: number;
  string: number;
  atom: number;
  /** Ours, where others put what we ask for. */
  answer: number;
}

export async function internAtoms({ client }: Pick<Connection, 'client'>): Promise<Atoms> {
  const intern = (name: string): Promise<number> =>
    new Promise((resolve, reject) => {
      client.InternAtom(false, name, (error, atom) => {
        if (error) reject(error);
        else resolve(atom);
        return true;
      });
    });
  const [clipboard, targets, incr, utf8, plainText, text, answer] = await Promise.all([
    intern('CLIPBOARD'),
    intern('TARGETS'),
    intern('INCR'),
    intern('UTF8_STRING'),
    intern('text/plain;charset=utf-8'),
    intern('TEXT'),
    intern('FARPANE_CLIPBOARD'),
  ]);
  return { clipboard, targets, incr, utf8, plainText, text, answer, ...predefined };
}
