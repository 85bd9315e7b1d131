import { parse } from 'sdp-transform';
import { z } from 'zod';
import { decode } from '#shared/decode.ts';
import { AppError } from '#shared/errors.ts';

/** The longest description that is read, in characters. Browsers write 2 to 20 kB. */
export const maxDescriptionLength = 64 * 1024;

/** What a client sent. */
export type Subject = 'offer' | 'answer';

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
  bundleOnly: text.optional(),
  rtcpMux: text.optional(),
  rtp: z
    .array(z.object({ payload: z.int(), codec: text, rate: z.int().optional(), encoding: z.int().optional().catch(undefined) }))
    .default([]),
  fmtp: z.array(z.object({ payload: z.int(), config: text })).default([]),
  rtcpFb: z.array(z.object({ payload: text, type: text, subtype: text.optional() })).default([]),
  ext: z.array(z.object({ value: z.int(), uri: text })).default([]),
  ssrcs: z.array(z.object({ id: z.int() })).default([]),
  sctpPort: z.int().optional(),
  ...Transport,
});
export type Section = z.output<typeof Section>;

/** What of a session description (RFC 8866) an offer or an answer is judged by. */
const Description = z.object({
  version: z.literal(0),
  media: z.array(Section),
  groups: z.array(z.object({ type: text, mids: text })).default([]),
  icelite: text.optional(),
  ...Transport,
});
export type Description = z.output<typeof Description>;

/** Reads a session description. @throws AppError `bad_sdp`, and nothing else, whatever the text. */
export function parseDescription(sdp: string, subject: Subject): Description {
  if (sdp.length > maxDescriptionLength) {
    throw new AppError('bad_sdp', { message: `The ${subject} is longer than ${maxDescriptionLength} characters.` });
  }
  if (!/^v=0\r?\n/.test(sdp))
    throw new AppError('bad_sdp', { message: `The ${subject} is not SDP: it does not begin with v=0.` });
  let parsed: unknown;
  try {
    parsed = parse(sdp);
  } catch (cause) {
    throw new AppError('bad_sdp', { message: `The ${subject} is not SDP.`, cause });
  }
  return decode(Description, parsed, subject, 'bad_sdp');
}

/** A client's description that breaks a rule. */
export const refuse = (message: string): AppError => new AppError('bad_sdp', { message });

/** What a client wrote, cut to a length that fits into a message. */
export const quote = (value: string | undefined): string => (value === undefined ? 'missing' : `'${value.slice(0, 40)}'`);

/** The payload types of an m-line, in the order of preference (RFC 3264 section 5.1). */
export const payloadTypes = (section: Section): number[] =>
  section.payloads
    .split(' ')
    .filter((part) => /^\d{1,3}$/.test(part))
    .map(Number);

/** The mids of the first BUNDLE group (RFC 9143 section 5); empty where there is none. */
export const bundled = ({ groups }: Description): string[] =>
  groups
    .find(({ type }) => type === 'BUNDLE')
    ?.mids.trim()
    .split(/\s+/) ?? [];
