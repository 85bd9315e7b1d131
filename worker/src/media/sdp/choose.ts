import type { types } from 'mediasoup';
import { type CarriedVideoCodec, carriedVideoCodecs, type IngestCodec } from '#worker/media/codecs.ts';
import type { ClientCodec, ClientOffer, ClientStreamLine } from './client-offer.ts';
import { refuse } from './parse.ts';

/** A stream for a client that offered: which of its m-lines it goes to, and how the client wants it. */
export interface ChosenStream {
  mid: string;
  codec: IngestCodec;
  payloadType: number;
  feedback: types.RtcpFeedback[];
  extensions: readonly { id: number; uri: string }[];
  /** What the answer says of the format. */
  parameters: Record<string, string | number>;
}

export interface Choice {
  audio: ChosenStream | null;
  video: ChosenStream | null;
}

/** What the host has for a client that offered. */
export interface Available {
  /** The video codecs in groups, those that are to be taken before the others first. */
  video: readonly (readonly CarriedVideoCodec[])[];
  audio: boolean;
}

/**
 * Chooses what a client that offered gets: for video the first in its order of preference of the first group that it takes any of.
 *
 * @throws AppError `bad_sdp` where the client wants video and takes no codec of the host.
 */
export function chooseStreams(offer: ClientOffer, available: Available): Choice {
  const wanted = (use: 'audio' | 'video') =>
    offer.lines.find((line): line is ClientStreamLine => line.use === use && line.receives && line.codecs.length > 0);
  const choice = {
    audio: available.audio ? chooseAudio(wanted('audio')) : null,
    video: chooseVideo(wanted('video'), available.video),
  };
  // In one bundle a payload type is one format (RFC 9143 section 9.1).
  if (choice.audio !== null && choice.audio.payloadType === choice.video?.payloadType) {
    throw refuse(`The offer has the payload type ${choice.audio.payloadType} for sound and for video.`);
  }
  return choice;
}

function chooseAudio(line: ClientStreamLine | undefined): ChosenStream | null {
  // RFC 7587 section 7: opus is always 48000/2 in SDP.
  const codec = line?.codecs.find(({ name, clockRate, channels }) => name === 'OPUS' && clockRate === 48_000 && channels === 2);
  if (line === undefined || codec === undefined) return null;
  return chosen(line, codec, 'OPUS', { minptime: 10, 'sprop-stereo': 1, useinbandfec: 1 });
}

function chooseVideo(line: ClientStreamLine | undefined, available: Available['video']): ChosenStream | null {
  if (line === undefined) return null;
  const usable = new Map(carriedVideoCodecs.map((name) => [name, formats(name, line.codecs)]));
  const rank = (name: CarriedVideoCodec) => Math.min(...(usable.get(name) ?? []).map((codec) => line.codecs.indexOf(codec)));
  const names = available.flatMap((group) => group.toSorted((a, b) => rank(a) - rank(b)));
  for (const name of names) {
    const codec = usable.get(name)?.[0];
    if (codec !== undefined) return chosen(line, codec, name, answerParameters(name, codec));
  }
  throw refuse(`The client takes none of the video codecs of this host: ${[...new Set(available.flat())].join(', ')}.`);
}

/** The client's formats that what is sent here in a codec is of, the best fit first. */
function formats(name: CarriedVideoCodec, codecs: readonly ClientCodec[]): ClientCodec[] {
  const named = codecs.filter((codec) => codec.name === name && codec.clockRate === 90_000);
  // Profile 0, which is meant where nothing is said.
  const ofProfile0 = (parameter: string) => named.filter(({ parameters }) => (parameters.get(parameter) ?? '0') === '0');
  switch (name) {
    case 'H264':
      return h264(named);
    case 'VP8':
      return named;
    case 'VP9':
      return ofProfile0('profile-id');
    case 'AV1':
      return ofProfile0('profile');
    default:
      return name satisfies never;
  }
}

/** What the answer says of a format: the client's own profile, or nothing where only one is in use. */
function answerParameters(name: CarriedVideoCodec, codec: ClientCodec): Record<string, string | number> {
  switch (name) {
    case 'H264':
      return h264Parameters(codec);
    case 'VP9':
      return { 'profile-id': 0 };
    case 'VP8':
    case 'AV1':
      return {};
    default:
      return name satisfies never;
  }
}

/**
 * The profiles of decoders that decode the constrained baseline, by `profile-level-id` (RFC 6184 section 8.1), the best fit first: it
 * itself, baseline, main, high.
 */
const h264Profiles = [/^42[4-7c-f][\da-f]{3}$/i, /^42[\da-f]{4}$/i, /^4d[\da-f]{4}$/i, /^64[\da-f]{4}$/i];

/** Those in packets of any size, with a profile that includes the baseline. */
function h264(codecs: readonly ClientCodec[]): ClientCodec[] {
  const misfit = (codec: ClientCodec) => h264Profiles.findIndex((profile) => profile.test(profileLevelId(codec)));
  return codecs
    .filter(({ parameters }) => parameters.get('packetization-mode') === '1')
    .filter((codec) => misfit(codec) >= 0)
    .toSorted((a, b) => misfit(a) - misfit(b));
}

/** Baseline of level 1 where nothing is said (RFC 6184 section 8.1). */
const profileLevelId = ({ parameters }: ClientCodec): string => parameters.get('profile-level-id') ?? '42000a';

/** The profile is the client's own, for it is not to be changed (RFC 6184 section 8.2.2). */
const h264Parameters = (codec: ClientCodec): Record<string, string | number> => ({
  'level-asymmetry-allowed': 1,
  'packetization-mode': 1,
  'profile-level-id': profileLevelId(codec),
});

const chosen = (
  { mid, extensions }: ClientStreamLine,
  { payloadType, feedback }: ClientCodec,
  codec: IngestCodec,
  parameters: Record<string, string | number>,
): ChosenStream => ({ mid, codec, payloadType, feedback, extensions, parameters });
