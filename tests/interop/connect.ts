import { Signalling } from '#tests/e2e/signalling.ts';
import type { StackProcess } from './peer.ts';

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const plain = (text: string): string => Buffer.from(text, 'base64').toString('latin1');

/** Speaks the protocol for a process with a stack in it, up to the host's candidates. @param url of the socket. */
export async function connectStack(stack: StackProcess, url: string, codec: string): Promise<void> {
  const signalling = await Signalling.open(url);
  try {
    await signalling.ask('{"type":"discover"}');
    const settings = { type: 'settings', api_version: 2, roles: true, video: { preferred_decoder_codecs: [codec] } };
    const offer = await signalling.ask(JSON.stringify(settings));
    if (offer.type !== 'offer') throw new Error(`There came no offer, but ${JSON.stringify(offer)}.`);
    const answer = await stack.answer(plain(offer.sdp));
    // UDP and TCP.
    let reply = await signalling.ask(JSON.stringify({ type: 'answer', sdp: base64(answer) }));
    for (let left = 2; left > 0; left -= 1) {
      if (reply.type !== 'candidate') throw new Error(`There came no candidate, but ${JSON.stringify(reply)}\n${answer}`);
      stack.tell({ ...reply, candidate: plain(reply.candidate) });
      if (left > 1) reply = await signalling.next();
    }
  } finally {
    signalling.close();
  }
}
