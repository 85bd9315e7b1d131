import type { EnableMicrophone } from '#shared/control/uplinks.ts';
import type { Logger } from '#shared/log.ts';
import { playMicrophone } from '#worker/capture/uplink.ts';
import { watchRecorders } from '#worker/instance/recorders.ts';
import type { SoundAddress } from '#worker/instance/sound.ts';
import type { UpLinkUse } from './uplink-desk.ts';

/** The microphone goes to the application while it records. */
export function microphoneOf({ server, microphone }: SoundAddress, log: Logger): UpLinkUse {
  const { source, sink } = microphone;
  return {
    name: 'microphone',
    ask: {
      type: 'enable-microphone',
      data: JSON.stringify({ freq: 48_000, channels: 1, samples: 480 } satisfies EnableMicrophone),
    },
    end: { type: 'disable-microphone' },
    watch: (onChange) => watchRecorders({ server, source, log, onChange }),
    play: (rtp, onEnd) => playMicrophone({ server, sink }, rtp, { log, onEnd }),
  };
}
