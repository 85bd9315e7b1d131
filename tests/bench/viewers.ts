import { z } from 'zod';
import { decodeJson } from '#shared/decode.ts';
import { Gateway } from '#web/farpane-client.ts';
import { openBenchStack } from './support/bench-stack.ts';
import { rounded, table } from './support/figures.ts';
import { type HostLoad, hostLoad } from './support/host-load.ts';
import { Receivers } from './support/receivers.ts';

export interface ViewersResult {
  /** `cpuPct`: of the media server and the host's process, which are what viewers cost; `parts`: of everything. Per cent of a core. */
  viewers: { n: number; cpuPct: number; parts: HostLoad }[];
  /** What each viewer between the first and the last costs, on average. */
  perViewerCpuPct: number;
}

const counts = [1, 10, 50] as const;
/** Viewers that join at once. */
const atOnce = 10;
const screen = { width: 1280, height: 720, fps: 30 };

const Share = z.object({ metadata: z.object({ url: z.string() }) });
const Connect = z.object({ metadata: z.object({ url: z.string() }) });

export const about = 'What a session costs that 1, 10 and 50 watch.';
export const defaults = { seconds: 10 };

/** One session, watched by 1, 10 and 50 clients that receive and do not decode: what the host spends. `--seconds N` at each. */
export default async function viewers({ seconds }: typeof defaults): Promise<ViewersResult> {
  await using bench = await openBenchStack();
  const { stack, token } = bench;
  const gateway = new Gateway({ url: stack.url, token });
  const session = await gateway.create({ app: 'timecode-30', joinable: true, idle_time_min: 10, screen });
  await using receivers = new Receivers();
  await receivers.add(session.url, screen.fps);
  const watch = await share(stack.url, token, session.id);
  const measured: ViewersResult['viewers'] = [];
  let n = 1;
  for (const count of counts) {
    for (; n < count; n += atOnce) {
      const coming = Array.from({ length: Math.min(atOnce, count - n) }, async () => {
        await receivers.add(decodeJson(Connect, await read(watch), 'answer').metadata.url, screen.fps);
      });
      await Promise.all(coming);
    }
    n = count;
    await receivers.frames();
    const parts = await hostLoad(stack.pid('host-1'), seconds);
    const silent = (await receivers.frames()).filter(({ frames }) => frames === 0).length;
    if (silent > 0) throw new Error(`${silent} of ${count} viewers got no video.`);
    measured.push({ n: count, cpuPct: rounded(parts.daemon + parts.mediaServer), parts: roundedLoad(parts) });
    process.stdout.write(`${count} viewers: ${JSON.stringify(measured.at(-1))}\n`);
  }
  await gateway.end(session.id);
  const [first, last] = [measured[0], measured.at(-1)];
  const perViewerCpuPct =
    first === undefined || last === undefined ? Number.NaN : rounded((last.cpuPct - first.cpuPct) / (last.n - first.n));
  process.stdout.write(
    `\n${table([
      ['% of a core, viewers', ...counts],
      ['media server', ...measured.map(({ parts }) => parts.mediaServer)],
      ["the host's process", ...measured.map(({ parts }) => parts.daemon)],
      ['capture and encoder', ...measured.map(({ parts }) => parts.capture)],
      ['both that viewers cost', ...measured.map(({ cpuPct }) => cpuPct)],
    ])}\na viewer: ${perViewerCpuPct} %\n`,
  );
  return { viewers: measured, perViewerCpuPct };
}

/** Shares a session for watching. @returns the address that gives sockets. */
async function share(url: string, token: string, session: string): Promise<string> {
  const answer = await read(`${url}/1.0/sessions/${session}/share`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'view' }),
  });
  return decodeJson(Share, answer, 'answer').metadata.url;
}

async function read(url: string, init?: RequestInit): Promise<string> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return text;
}

const roundedLoad = (load: HostLoad): HostLoad => ({
  daemon: rounded(load.daemon),
  mediaServer: rounded(load.mediaServer),
  capture: rounded(load.capture),
  display: rounded(load.display),
  application: rounded(load.application),
  other: rounded(load.other),
});
