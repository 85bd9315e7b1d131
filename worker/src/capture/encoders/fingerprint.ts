import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { gstreamerEnvironment } from '#worker/capture/config.ts';
import type { Candidate } from './candidate.ts';
import { probeSettings } from './probe.ts';
import { runTool } from './tools.ts';

/** Where Debian and others put GStreamer's plugins and VA-API's drivers: a folder's time changes with what is installed there. */
const libraryFolders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib', '/usr/local/lib'];

/**
 * What the outcome of running the encoders follows from: GStreamer and its plugins, the kernel, the drivers, the graphics cards, and
 * what this program makes of the encoders. Two machines, or two states of one, that have it in common have the same encoders.
 */
export async function fingerprint(candidates: readonly Candidate[], gstreamerPluginPath: string): Promise<string> {
  const env = gstreamerEnvironment(gstreamerPluginPath);
  const [version, nvidia, cards, devices, ...times] = await Promise.all([
    runTool('gst-inspect-1.0', ['--version'], { env, limitMs: 5000 }).then(({ output }) => output.toString('utf8')),
    readFile('/proc/driver/nvidia/version', 'utf8').catch(() => ''),
    graphicsCards(),
    names('/dev').then((all) => all.filter((name) => /^(nvidia|video)/.test(name))),
    ...libraryFolders.flatMap((folder) => [join(folder, 'gstreamer-1.0'), join(folder, 'dri')]).map(changedAt),
  ]);
  const table = JSON.stringify(candidates, (_, value: unknown) => (typeof value === 'function' ? value(probeSettings) : value));
  const facts = { version, nvidia, cards, devices, times, kernel: release(), table };
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

/** Vendor and device of each, by PCI's numbers. */
async function graphicsCards(): Promise<string[]> {
  const root = '/sys/class/drm';
  const cards = (await names(root)).filter((name) => /^(card|renderD)\d+$/.test(name));
  const read = (card: string, file: string) => readFile(join(root, card, 'device', file), 'utf8').catch(() => '');
  return await Promise.all(cards.map(async (card) => [card, await read(card, 'vendor'), await read(card, 'device')].join(' ')));
}

const names = async (folder: string): Promise<string[]> => (await readdir(folder).catch(() => [])).toSorted();

const changedAt = async (path: string): Promise<number> => (await stat(path).catch(() => null))?.mtimeMs ?? 0;
