import { expect, test } from 'vitest';
import { startPulse } from '#tests/support/pulse.ts';
import { openCapture } from './harness.ts';
import { openRtpReceiver } from './rtp-receiver.ts';

test('[CP15] sound comes out as Opus, 10 ms a packet at 48 kHz', async () => {
  await using sound = await startPulse();
  await using receiver = await openRtpReceiver();
  await using harness = await openCapture();
  const rtp = { port: receiver.port, ssrc: 7, payloadType: 100 };
  await harness.capture.startAudio({ server: sound.server, source: 's1.monitor', rtp });
  await receiver.next(() => receiver.packets.length > 50);
  // Its clock is set to the source's over the first packets.
  const settled = receiver.packets.slice(-30);
  const steps = settled.slice(1).map(({ timestamp }, index) => (timestamp - (settled[index]?.timestamp ?? 0)) >>> 0);
  expect(new Set(steps)).toEqual(new Set([480]));
  for (const { ssrc, payloadType, payload } of settled) {
    expect({ ssrc, payloadType }).toEqual({ ssrc: 7, payloadType: 100 });
    // CELT at full band, 10 ms, one frame (RFC 6716 section 3.1).
    expect(payload.readUInt8(0) & 0b1111_1011).toBe(30 << 3);
  }
});
