import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { endsWithUs } from '#worker/process/ends-with-us.ts';
import { sayPicture, saySound } from './process.ts';

/** The picture that the test's session has. */
const width = 640;
const height = 360;
/** Stereo samples of 10 ms at 48 kHz, two bytes each. */
const soundBytes = 480 * 2 * 2;

export interface RtpDecoder {
  video(packet: Uint8Array): void;
  sound(packet: Uint8Array): void;
}

/**
 * Decodes the RTP of a stack that has no decoder of its own (VP8, Opus), by GStreamer, and says what is in it. The packets go through
 * pipes, which lose none, each after its length (RFC 4571).
 */
export function startRtpDecoder(offer: string): RtpDecoder {
  const source = (fd: number, media: string, name: string, rate: number): string =>
    `fdsrc fd=${fd} ! application/x-rtp-stream,media=${media},encoding-name=${name.toUpperCase()},clock-rate=${rate},` +
    `payload=${payloadTypeOf(offer, name)} ! rtpstreamdepay`;
  const chains = [
    `${source(4, 'video', 'VP8', 90_000)} ! rtpvp8depay ! vp8dec ! videoconvert ! video/x-raw,format=GRAY8 ! fdsink fd=1 sync=false`,
    `${source(5, 'audio', 'opus', 48_000)} ! rtpopusdepay ! opusdec ! audioconvert ! audio/x-raw,format=S16LE,channels=2 ! fdsink fd=3 sync=false`,
  ];
  const decoder = spawn(...endsWithUs('gst-launch-1.0', ['-q', ...chains.join(' ').split(' ')]), {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe', 'pipe', 'pipe'],
  });
  process.once('exit', () => decoder.kill('SIGKILL'));
  inPieces(output(decoder, 1), width * height, (luma) => sayPicture(luma, { width, stride: width }));
  inPieces(output(decoder, 3), soundBytes, (bytes) => saySound(new Int16Array(Uint8Array.from(bytes).buffer)));
  return { video: input(decoder, 4), sound: input(decoder, 5) };
}

const payloadTypeOf = (sdp: string, name: string): number => Number(new RegExp(`^a=rtpmap:(\\d+) ${name}/`, 'm').exec(sdp)?.[1]);

function output(child: ChildProcess, fd: number): Readable {
  const stream = child.stdio[fd];
  if (stream === null || stream === undefined || !('read' in stream)) throw new Error(`The decoder has no output ${fd}.`);
  return stream;
}

function input(child: ChildProcess, fd: number): (packet: Uint8Array) => void {
  const stream = child.stdio[fd];
  if (stream === null || stream === undefined || !('write' in stream)) throw new Error(`The decoder has no input ${fd}.`);
  return (packet) => stream.write(Buffer.concat([Buffer.of(packet.length >> 8, packet.length & 255), packet]));
}

function inPieces(stream: Readable, size: number, take: (piece: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= size) {
      take(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
  });
}
