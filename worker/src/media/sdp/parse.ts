import { parse } from 'sdp-transform';
import { z } from 'zod';
import { decode } from '#shared/decode.ts';
import { AppError } from '#shared/errors.ts';

/** The longest answer that is read, in characters. Browsers write 2 to 20 kB. */
export const maxAnswerLength = 64 * 1024;

/** The parser turns what looks like a number into one: an ICE password of digits, a mid. */
const text = z.union([z.string(), z.number()]).transform(String);

const Transport = {
  iceUfrag: text.optional(),
  icePwd: text.optional(),
  setup: text.optional(),
  fingerprint: z.object({ type: text, hash: text }).optional(),
};

const Section = z.object({
  type: text,
  port: z.int(),
  protocol: text,
  payloads: text.default(''),
  mid: text.optional(),
  direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).default('sendrecv'),
  rtcpMux: text.optional(),
  rtp: z.array(z.object({ payload: z.int(), codec: text })).default([]),
  ...Transport,
});
export type Section = z.output<typeof Section>;

/** What of a session description (RFC 8866) an answer is judged by. */
const Description = z.object({
  version: z.literal(0),
  media: z.array(Section),
  groups: z.array(z.object({ type: text, mids: text })).default([]),
  ...Transport,
});
export type Description = z.output<typeof Description>;

/** Reads a session description. @throws AppError `bad_sdp`, and nothing else, whatever the text. */
export function parseDescription(sdp: string): Description {
  if (sdp.length > maxAnswerLength) {
    throw new AppError('bad_sdp', { message: `The answer is longer than ${maxAnswerLength} characters.` });
  }
  if (!/^v=0\r?\n/.test(sdp)) throw new AppError('bad_sdp', { message: 'The answer is not SDP: it does not begin with v=0.' });
  let parsed: unknown;
  try {
    parsed = parse(sdp);
  } catch (cause) {
    throw new AppError('bad_sdp', { message: 'The answer is not SDP.', cause });
  }
  return decode(Description, parsed, 'answer', 'bad_sdp');
}
