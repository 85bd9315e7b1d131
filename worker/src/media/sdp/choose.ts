import type { types } from 'mediasoup';
import type { IngestCodec } from '#worker/media/codecs.ts';
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

/**
 * Chooses what a client that offered gets: for video the first in its order of preference that the host can encode.
 *
 * @param available the video codecs of the host.
 * @throws AppError `bad_sdp` where the client wants video and takes no codec of the host.
 */
export function chooseStreams(offer: ClientOffer, available: { video: readonly ('H264' | 'VP8')[]; audio: boolean }): Choice {
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

function chooseVideo(line: ClientStreamLine | undefined, available: readonly ('H264' | 'VP8')[]): ChosenStream | null {
  if (line === undefined) return null;
  const usable = {
    H264: h264(line.codecs),
    VP8: line.codecs.filter(({ name, clockRate }) => name === 'VP8' && clockRate === 90_000),
  };
  const rank = (name: 'H264' | 'VP8') => Math.min(...usable[name].map((codec) => line.codecs.indexOf(codec)));
  const [name] = available.filter((candidate) => usable[candidate].length > 0).toSorted((a, b) => rank(a) - rank(b));
  const codec = name === undefined ? undefined : usable[name][0];
  if (name === undefined || codec === undefined) {
    throw refuse(`The client takes none of the video codecs of this host: ${available.join(', ')}.`);
  }
  return chosen(line, codec, name, name === 'H264' ? h264Parameters(codec) : {});
}

/**
 * The profiles of decoders that decode the constrained baseline, by `profile-level-id` (RFC 6184 section 8.1), the best fit first: it
 * itself, baseline, main, high.
 */
const h264Profiles = [/^42[4-7c-f][\da-f]{3}$/i, /^42[\da-f]{4}$/i, /^4d[\da-f]{4}$/i, /^64[\da-f]{4}$/i];

/** The client's H.264 formats that what is sent here is of: in packets of any size, with a profile that includes the baseline. */
function h264(codecs: readonly ClientCodec[]): ClientCodec[] {
  const misfit = (codec: ClientCodec) => h264Profiles.findIndex((profile) => profile.test(profileLevelId(codec)));
  return codecs
    .filter(
      ({ name, clockRate, parameters }) =>
        name === 'H264' && clockRate === 90_000 && parameters.get('packetization-mode') === '1',
    )
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
