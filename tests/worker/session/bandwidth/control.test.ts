import { expect, onTestFinished, test } from 'vitest';
import { jsonLogger } from '#shared/log.ts';
import { defaultBitrates } from '#worker/capture/bitrate.ts';
import { BandwidthControl, type SteeredStream } from '#worker/session/bandwidth/control.ts';

const screen = { width: 640, height: 360, fps: 30 };

test('[BW22] a stream that ends leaves nobody halted who was sent nothing for its sake', async () => {
  const limits = { minKbps: 150, maxKbps: 4000 };
  const stream: SteeredStream = {
    ...{ leader: 'guest', limits, best: screen, steer: () => undefined },
    rate: { kbps: 3000, hold: false, picture: { fps: 30, size: null } },
  };
  const streams = new Map([
    ['H264 low', stream],
    ['H264', { ...stream, leader: 'controller' }],
  ]);
  let availableKbps = 3400;
  const begunAtMs = performance.now();
  const told: string[] = [];
  const control = new BandwidthControl({
    streams: () => streams,
    link: async (peer) => ({
      availableKbps: peer === 'guest' ? availableKbps : 3400,
      sentBytes: ((performance.now() - begunAtMs) * 3000) / 8,
      receivedBytes: 0,
      loss: 0,
      roundTripMs: 20,
    }),
    halt: async (peer, on) => void told.push(`${peer} ${on}`),
    maxKbps: () => limits.maxKbps,
    screen: () => screen,
    bitrates: defaultBitrates,
    onMaxKbps: () => undefined,
    log: jsonLogger(() => undefined, 'error'),
  });
  onTestFinished(() => control.close());
  control.start();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  // What is sent goes on, so that the queue is long for as long as one is believed in.
  availableKbps = 300;
  await expect.poll(() => told, { timeout: 5000, interval: 20 }).toEqual(['guest true']);
  streams.delete('H264 low');
  await expect.poll(() => told).toEqual(['guest true', 'guest false']);
});
