import type { AudioSource } from '#worker/capture/sources.ts';
import { quoted } from './quote.ts';
import { overRtp } from './rtp.ts';
import { rtpTimestamp } from './timestamp.ts';

/**
 * The whole sound pipeline: Opus in packets of 10 ms (RFC 7587), and in silence six packets a second instead of a hundred (section
 * 3.1.3). Its queue must not drop: what is lost is heard.
 */
export function audioPipeline(source: AudioSource): string {
  const { port, ssrc, payloadType } = source.rtp;
  const chain = [
    `pulsesrc name=source server=${quoted(source.server)} device=${quoted(source.source)} client-name=farpane ` +
      'buffer-time=20000 latency-time=5000 provide-clock=false',
    'audio/x-raw,rate=48000,channels=2',
    'queue',
    'opusenc name=encoder frame-size=10 audio-type=restricted-lowdelay bitrate=96000 dtx=true',
    `rtpopuspay name=payloader ssrc=${ssrc} pt=${payloadType} dtx=true timestamp-offset=${rtpTimestamp(48_000)}`,
  ];
  return overRtp(chain.join(' ! '), port);
}
