import { expect, test } from 'vitest';
import { probeEncoders } from '#worker/capture/probe.ts';
import { pluginFolder } from './harness.ts';

test('[CP14] the encoders of this machine are found by running them', async () => {
  await using folder = await pluginFolder(['playoutDelay']);
  const probes = await probeEncoders({ gstreamerPluginPath: folder.path });
  expect(probes.map(({ name, works }) => ({ name, works }))).toEqual([
    { name: 'x264enc', works: true },
    { name: 'openh264enc', works: true },
    { name: 'vp8enc', works: true },
  ]);
});
