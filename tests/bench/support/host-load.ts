import { setTimeout as delay } from 'node:timers/promises';
import { type ProcessTime, processTimes } from './cpu-time.ts';

/** CPU in per cent of a core, by part of the host. */
export interface HostLoad {
  /** The host's own process. */
  daemon: number;
  mediaServer: number;
  /** The processes that capture and encode. */
  capture: number;
  display: number;
  /** The applications. */
  application: number;
  other: number;
}

const partOf = (name: string): Exclude<keyof HostLoad, 'daemon'> => {
  if (name === 'mediasoup-worker') return 'mediaServer';
  if (name === 'node') return 'capture';
  if (name === 'Xvfb') return 'display';
  if (['timecode', 'flashbeep', 'xterm'].includes(name)) return 'application';
  return 'other';
};

/** What a host and all below it take, over so many seconds. @param host its process id. */
export async function hostLoad(host: number, seconds: number): Promise<HostLoad> {
  const before = processTimes(host, { itself: true });
  const startedAt = performance.now();
  await delay(seconds * 1000);
  const elapsedNs = (performance.now() - startedAt) * 1e6;
  const load: HostLoad = { daemon: 0, mediaServer: 0, capture: 0, display: 0, application: 0, other: 0 };
  for (const now of processTimes(host, { itself: true })) {
    const part = now.pid === host ? 'daemon' : partOf(now.name);
    load[part] += (spentNs(now, before) / elapsedNs) * 100;
  }
  return load;
}

const spentNs = (now: ProcessTime, before: readonly ProcessTime[]): number =>
  now.cpuNs - (before.find(({ pid }) => pid === now.pid)?.cpuNs ?? 0);
