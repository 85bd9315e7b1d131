import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openFolder } from '#tests/worker/instance/sockets/support.ts';
import { cameraPipeline } from '#worker/capture/describe/uplink.ts';
import { freeUdpPort } from '#worker/capture/udp-port.ts';
import { showCamera } from '#worker/capture/uplink.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';

const picture = { width: 320, height: 180, fps: 15 };

test('[CA5] pictures go to a device of v4l2loopback in one size and rate, whatever a client sends', () => {
  const device = cameraPipeline({ kind: 'device', path: '/dev/video10' }, picture, {
    port: 5000,
    payloadType: 101,
  });
  expect(device.join(' ')).toBe(
    'udpsrc address=127.0.0.1 port=5000 caps=application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=101 ' +
      '! rtpjitterbuffer latency=100 do-lost=true ! rtpvp8depay ! vp8dec ' +
      '! queue leaky=downstream max-size-buffers=1 max-size-bytes=0 max-size-time=0 ! videoconvert ! videoscale add-borders=true ' +
      '! videorate ! video/x-raw,format=I420,width=320,height=180,framerate=15/1,pixel-aspect-ratio=1/1 ' +
      '! v4l2sink device=/dev/video10 sync=false async=false',
  );
});

test('[CA6] what a camera sends is what the application reads, in its own size and rate, until it closes its socket', async () => {
  const { folder, directory, log } = await openFolder();
  const socket = await folder.openStream('camera', log);
  const presence: boolean[] = [];
  socket.watch((present) => presence.push(present));
  const application = connect(`${directory}/camera`);
  await once(application, 'connect');
  await vi.waitFor(() => expect(presence).toEqual([true]));
  const { connection } = socket;
  if (connection === null) throw new Error('no connection');
  const port = await freeUdpPort();
  const ends: string[] = [];
  const rtp = { port, payloadType: 101 };
  const shown = await showCamera({ kind: 'connection', connection }, picture, rtp, { log, onEnd: (why) => ends.push(why) });
  // Red, in the middle of black borders, for it is higher than wide.
  const source = 'videotestsrc is-live=true pattern=red ! video/x-raw,width=240,height=240,framerate=30/1 ! videoconvert';
  const encoded = 'vp8enc deadline=1 cpu-used=8 keyframe-max-dist=15 ! rtpvp8pay pt=101';
  const sender = spawn(
    ...endsWithUs('gst-launch-1.0', ['-q', ...`${source} ! ${encoded} ! udpsink host=127.0.0.1 port=${port}`.split(' ')]),
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  onTestFinished(async () => {
    const gone = once(sender, 'exit');
    sender.kill('SIGKILL');
    await gone;
    await shown.stop();
  });
  const read: Buffer[] = [];
  application.on('data', (chunk) => read.push(chunk));
  const header = 'YUV4MPEG2 C420 W320 H180 Ip F15:1 A1:1\n';
  const frameBytes = 'FRAME\n'.length + (320 * 180 * 3) / 2;
  await vi.waitFor(
    () => expect(read.reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(header.length + 5 * frameBytes),
    { timeout: 20_000, interval: 50 },
  );
  const bytes = Buffer.concat(read);
  expect(bytes.subarray(0, header.length).toString('latin1')).toBe(header);
  const last = bytes.subarray(header.length + 4 * frameBytes, header.length + 5 * frameBytes);
  expect(last.subarray(0, 6).toString('latin1')).toBe('FRAME\n');
  const luma = (x: number, y: number): number => last[6 + y * 320 + x] ?? 0;
  const red = last[6 + 320 * 180 + (320 * 180) / 4 + 45 * 160 + 80] ?? 0;
  expect([luma(20, 90), luma(300, 90)].every((value) => value < 24)).toBe(true);
  expect(luma(160, 90)).toBeGreaterThan(50);
  expect(red).toBeGreaterThan(200);
  // The application that goes ends it.
  application.destroy();
  await vi.waitFor(() => expect(presence).toEqual([true, false]), { timeout: 10_000 });
  await vi.waitFor(() => expect(ends).toHaveLength(1), { timeout: 10_000 });
});
