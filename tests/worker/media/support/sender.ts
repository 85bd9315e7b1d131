import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rtpTimestamp } from '#worker/capture/describe/timestamp.ts';
import type { Ingest } from '#worker/media/room.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';

export interface Sender extends AsyncDisposable {
  close(): Promise<void>;
}

export interface SenderOptions {
  port?: number;
  keyframeEvery?: number;
  /** Pixels. */
  width?: number;
  height?: number;
}

/** A real pipeline into `port`: a picture that moves at 30 fps, or a tone. */
export function startSender(ingest: Ingest, options: SenderOptions = {}): Sender {
  const { port = ingest.port, keyframeEvery = 15, width = 320, height = 180 } = options;
  // As those of captures do, the time stamps of one that follows another go on where the other's were.
  const offset = rtpTimestamp(ingest.codec === 'OPUS' ? 48_000 : 90_000);
  const pay = `ssrc=${ingest.ssrc} pt=${ingest.payloadType} timestamp-offset=${offset}`;
  const video = `videotestsrc is-live=true pattern=ball ! video/x-raw,width=${width},height=${height},framerate=30/1 ! videoconvert`;
  const pipelines = {
    H264: `${video} ! x264enc tune=zerolatency speed-preset=ultrafast bitrate=500 key-int-max=${keyframeEvery} threads=1
      ! video/x-h264,profile=constrained-baseline ! rtph264pay ${pay} config-interval=-1 aggregate-mode=zero-latency mtu=1200`,
    VP8: `${video} ! vp8enc deadline=1 cpu-used=16 keyframe-max-dist=${keyframeEvery} ! rtpvp8pay ${pay} picture-id-mode=15-bit mtu=1200`,
    VP9: `${video} ! vp9enc deadline=1 cpu-used=9 lag-in-frames=0 keyframe-max-dist=${keyframeEvery}
      ! rtpvp9pay ${pay} picture-id-mode=15-bit mtu=1200`,
    OPUS: `audiotestsrc is-live=true freq=440 volume=0.5 samplesperbuffer=480 ! audio/x-raw,rate=48000,channels=2
      ! opusenc frame-size=10 audio-type=restricted-lowdelay ! rtpopuspay ${pay}`,
  };
  if (ingest.codec === 'AV1') throw new Error('Debian 12 has no payloader for AV1.');
  const text = `${pipelines[ingest.codec]} ! udpsink host=127.0.0.1 port=${port} bind-address=127.0.0.2 bind-port=${port} sync=false async=false`;
  const child = spawn(...endsWithUs('gst-launch-1.0', ['-q', ...text.split(/\s+/)]), { stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(child, 'exit');
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  return { close, [Symbol.asyncDispose]: close };
}
