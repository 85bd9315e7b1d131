import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startPulse, type TestSound } from '#tests/support/pulse.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';
import { openCapture } from './harness.ts';
import { openRtpReceiver } from './rtp-receiver.ts';

/** Plays a sine to the server's sink until it is disposed of. */
function playTone({ server }: TestSound): AsyncDisposable {
  const words = `-q audiotestsrc is-live=true freq=440 ! audioconvert ! pulsesink server=${server} device=s1`.split(' ');
  const player = spawn(...endsWithUs('gst-launch-1.0', words), { stdio: 'ignore' });
  const exited = once(player, 'exit');
  return {
    async [Symbol.asyncDispose]() {
      player.kill('SIGKILL');
      await exited;
    },
  };
}

test('[CP15] sound comes out as Opus, 10 ms a packet at 48 kHz', async () => {
  await using sound = await startPulse();
  await using _tone = playTone(sound);
  await using receiver = await openRtpReceiver();
  await using harness = await openCapture();
  const rtp = { port: receiver.port, ssrc: 7, payloadType: 100 };
  await harness.capture.startAudio({ server: sound.server, source: 's1.monitor', rtp });
  // From when the tone is there.
  await receiver.next(() => receiver.packets.some(({ payload }) => payload.length > 40));
  const silent = receiver.packets.length;
  await receiver.next(() => receiver.packets.length > silent + 50);
  // Its clock is set to the source's over the first packets.
  const settled = receiver.packets.slice(-30);
  const steps = settled.slice(1).map(({ timestamp }, index) => (timestamp - (settled[index]?.timestamp ?? 0)) >>> 0);
  // A player that was late leaves a gap: what is silent for so long is not sent.
  expect(steps.filter((step) => step === 480).length).toBeGreaterThan(steps.length / 2);
  for (const { ssrc, payloadType, payload } of settled) {
    expect({ ssrc, payloadType }).toEqual({ ssrc: 7, payloadType: 100 });
    // CELT at full band, 10 ms, one frame (RFC 6716 section 3.1).
    expect(payload.readUInt8(0) & 0b1111_1011).toBe(30 << 3);
  }
});

test('[CP24] silence is not sent, but for a packet of three bytes at times', async () => {
  await using sound = await startPulse();
  await using receiver = await openRtpReceiver();
  await using harness = await openCapture();
  await harness.capture.startAudio({
    server: sound.server,
    source: 's1.monitor',
    rtp: { port: receiver.port, ssrc: 7, payloadType: 100 },
  });
  // Silence counts as such after 0.2 s. Then come pairs of packets, far apart.
  await receiver.next(() => receiver.packets.length > 40);
  const later = receiver.packets.slice(-15);
  const first = later[0]?.timestamp ?? 0;
  const last = later.at(-1)?.timestamp ?? 0;
  // All would be there within 140 ms.
  expect(((last - first) >>> 0) / 48_000).toBeGreaterThan(1);
  for (const { payload } of later) expect(payload.length).toBe(3);
});
