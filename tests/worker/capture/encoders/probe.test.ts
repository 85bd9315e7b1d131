import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pluginFolder } from '#tests/worker/capture/harness.ts';
import { rememberedProbes } from '#worker/capture/encoders/cache.ts';
import type { Candidate } from '#worker/capture/encoders/candidate.ts';
import { candidates, candidatesFor } from '#worker/capture/encoders/candidates.ts';
import { probeEncoders } from '#worker/capture/encoders/probe.ts';
import { usableEncoders } from '#worker/capture/encoders/usable.ts';

function row(element: string): Candidate {
  const found = candidates.find((candidate) => candidate.element === element);
  if (found === undefined) throw new Error(`There is no row for ${element}.`);
  return found;
}

test('[CP14] the encoders of this machine are found by running them', async () => {
  await using folder = await pluginFolder([]);
  const tried = candidatesFor(['H264', 'VP8', 'VP9']);
  const probes = await probeEncoders({ gstreamerPluginPath: folder.path, candidates: tried });
  // Hardware is where it is; these are in the packages that set-up installs.
  const software = usableEncoders(tried, probes).filter(({ vendor }) => vendor === 'software');
  expect(software.map(({ name }) => name)).toEqual(['x264enc', 'openh264enc', 'vp8enc', 'vp9enc']);
  expect(probes.map(({ element }) => element)).toEqual(tried.map(({ element }) => element));
});

test('[CP14] one that does not exist, that does not do what is wanted, or that dies is not found, and the reason is told', async () => {
  await using folder = await pluginFolder([]);
  const dying: Candidate = { ...row('x264enc'), output: 'identity error-after=3 ! video/x-h264' };
  const unfit: Candidate = { ...row('openh264enc'), output: 'video/x-h264,profile=high-4:4:4' };
  const unheard: Candidate = { ...row('vp8enc'), element: 'unheardofenc' };
  const probes = await probeEncoders({ gstreamerPluginPath: folder.path, candidates: [dying, unfit, unheard] });
  expect(probes.map(({ usable }) => usable)).toEqual([null, null, null]);
  expect(probes.map(({ message }) => message)).toEqual([
    expect.stringContaining('Failed after iterations as requested'),
    expect.stringMatching(/\S/),
    'GStreamer has no unheardofenc here.',
  ]);
});

test('[EN5] what was found is remembered as long as nothing changes that it follows from', async () => {
  await using folder = await pluginFolder([]);
  const options = { gstreamerPluginPath: folder.path, stateDirectory: folder.path, candidates: [row('x264enc')] };
  const file = join(folder.path, 'encoders.json');
  const [found] = await rememberedProbes(options);
  expect(found?.usable?.memory).toBe('system');
  // What is written there shows who is asked.
  const marked = async () => writeFile(file, (await readFile(file, 'utf8')).replace(/"ms":\d+/, '"ms":123456'));
  await marked();
  expect((await rememberedProbes(options))[0]?.ms).toBe(123_456);
  const other = { ...row('x264enc'), settings: [['speed-preset', 'superfast']] } satisfies Candidate;
  expect((await rememberedProbes({ ...options, candidates: [other] }))[0]?.ms).toBeLessThan(123_456);
});

test('[EN5] one that failed is run again, and a file that can’t be read is none', async () => {
  await using folder = await pluginFolder([]);
  const options = { gstreamerPluginPath: folder.path, stateDirectory: folder.path, candidates: [row('x264enc')] };
  const file = join(folder.path, 'encoders.json');
  await rememberedProbes(options);
  const failed = (await readFile(file, 'utf8')).replace(/"usable":\{.*\}\},/, '"usable":null,');
  await writeFile(file, failed);
  expect((await rememberedProbes(options))[0]?.usable).not.toBeNull();
  for (const text of ['', '{"fingerprint":', '{"fingerprint":"x","probes":[{}]}']) {
    await writeFile(file, text);
    expect((await rememberedProbes(options))[0]?.usable).not.toBeNull();
  }
});
