import { loadavg } from 'node:os';
import { z } from 'zod';
import { decodeJson } from '#shared/decode.ts';
import { SessionPostData } from '#shared/gateway.ts';
import { percentile, rounded, table } from './support/figures.ts';
import { openBenchGateway } from './support/gateway.ts';
import { Load, type Reply } from './support/load.ts';

export interface CreateResult {
  /** Sessions created a second, at 50 at once; the 99th percentile of one creation. */
  perSecond: number;
  p99Ms: number;
  /** The same Worker's "validate and insert one row into a new Durable Object". */
  floorPerSecond: number;
  /** `perSecond` over `floorPerSecond`: the median of the rounds. */
  ratio: number;
  /** Creations that failed, or that are not in the account's list or on no host. */
  lost: number;
  /** Sessions that run more than once. */
  duplicated: number;
}

const atOnce = 50;

interface Round {
  ours: number;
  floor: number;
}

export const about = 'Creates sessions, 50 at once, against a Worker that only answers.';
export const defaults = { rounds: 5, sessions: 400, hosts: 1 };

/**
 * Creates sessions at 50 at once on a host that answers placement over NATS, in turn with the floor. `--rounds N` of each,
 * `--sessions N` a round, `--hosts N`.
 */
export default async function create({ rounds, sessions, hosts }: typeof defaults): Promise<CreateResult> {
  await using gateway = await openBenchGateway({ hosts });
  using load = new Load(gateway.edge.url, atOnce);
  const body = JSON.stringify({ app: gateway.hosts.app, region: gateway.hosts.region });
  const headers = { authorization: `Macaroon root=${gateway.token}`, 'content-type': 'application/json' };
  const ours = () => Load.run(sessions, atOnce, () => load.post('/1.0/sessions', body, headers));
  const floor = () => Load.run(sessions, atOnce, () => load.post('/floor', body, headers));

  const replies: Reply[] = (await Load.run(atOnce, atOnce, () => load.post('/1.0/sessions', body, headers))).results;
  await Load.run(atOnce, atOnce, () => load.post('/floor', body, headers));
  const measured: Round[] = [];
  const times: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const floorRun = await floor();
    const oursRun = await ours();
    replies.push(...oursRun.results);
    times.push(...oursRun.results.map(({ tookMs }) => tookMs));
    measured.push({ ours: perSecond(sessions, oursRun.tookMs), floor: perSecond(sessions, floorRun.tookMs) });
    const { ours: own, floor: base } = measured.at(-1) ?? { ours: 0, floor: 0 };
    process.stdout.write(`round ${round} of ${rounds}: ${own}/s, floor ${base}/s, load ${loadavg()[0]?.toFixed(1)}\n`);
  }
  const { lost, duplicated } = await counted(replies, await listed(load, headers), await gateway.hosts.launches());
  const result = {
    perSecond: median(measured.map((round) => round.ours)),
    p99Ms: rounded(percentile(times, 0.99)),
    floorPerSecond: median(measured.map((round) => round.floor)),
    ratio: median(measured.map((round) => round.ours / round.floor)),
    lost,
    duplicated,
  };
  process.stdout.write(`\n${report(result, times)}\n`);
  return result;
}

const perSecond = (count: number, tookMs: number): number => rounded(count / (tookMs / 1000));
const median = (values: readonly number[]): number => rounded(percentile(values, 0.5));

const Created = z.object({ metadata: SessionPostData });
const Listed = z.object({ metadata: z.array(z.string()), total_size: z.int() });

/** The ids of all sessions that the account has. */
async function listed(load: Load, headers: Readonly<Record<string, string>>): Promise<Set<string>> {
  const ids = new Set<string>();
  for (;;) {
    const page = decodeJson(Listed, (await load.get(`/1.0/sessions?limit=1000&offset=${ids.size}`, headers)).body, 'list');
    for (const id of page.metadata) ids.add(id);
    if (page.metadata.length === 0 || ids.size >= page.total_size) return ids;
  }
}

/** Compares what was answered with what is listed and what runs. */
async function counted(replies: readonly Reply[], list: ReadonlySet<string>, running: ReadonlyMap<string, number>) {
  const ids = replies.flatMap(({ status, body }) => (status === 201 ? [decodeJson(Created, body, 'answer').metadata.id] : []));
  const refused = replies.filter(({ status }) => status !== 201);
  if (refused[0] !== undefined) process.stdout.write(`${refused.length} refused, as with ${refused[0].body}\n`);
  const missing = ids.filter((id) => !list.has(id) || (running.get(id) ?? 0) < 1);
  const twice = [...running].filter(([, times]) => times > 1);
  return { lost: refused.length + missing.length, duplicated: twice.length + ids.length - new Set(ids).size };
}

const report = (result: CreateResult, times: readonly number[]): string =>
  table([
    ['create', 'a second', 'p50 ms', 'p99 ms', 'lost', 'twice'],
    ['Farpane', result.perSecond, rounded(percentile(times, 0.5)), result.p99Ms, result.lost, result.duplicated],
    ['floor', result.floorPerSecond, '', '', '', ''],
    ['ratio', result.ratio, '', '', '', ''],
  ]);
