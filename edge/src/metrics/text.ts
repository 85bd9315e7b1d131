import type { SessionStatus } from '#shared/gateway.ts';
import { bounds, type Histogram, type Measure, type Series } from './series.ts';

/** The text format of Prometheus, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

/** What the gateway knows of its hosts. */
export interface Fleet {
  readonly hosts: number;
  readonly unresponsive: number;
  readonly slots: number;
  readonly used: number;
}

export interface Snapshot {
  readonly sessions: Readonly<Record<SessionStatus, number>>;
  readonly accounts: number;
  /** Undefined where they can't be seen now. */
  readonly fleet: Fleet | undefined;
  readonly inFlight: number;
  readonly series: readonly Series[];
}

type Sample = readonly [suffix: string, labels: Readonly<Record<string, string | number>>, value: number];

/** All metrics, each as the original calls it below our prefix. */
export function metricsText({ sessions, accounts, fleet, inFlight, series }: Snapshot): string {
  const sorted = series.toSorted((a, b) => compare(a.route, b.route) || compare(a.method, b.method) || a.status - b.status);
  return [
    family(
      'sessions_total',
      'gauge',
      'Sessions by status.',
      Object.entries(sessions).map(([status, n]) => ['', { status }, n]),
    ),
    family('accounts_total', 'gauge', 'Service accounts.', [['', {}, accounts]]),
    ...(fleet === undefined ? [] : fleetFamilies(fleet)),
    family('http_in_flight_requests', 'gauge', 'Requests that are being answered.', [['', {}, inFlight]]),
    family(
      'http_requests_total',
      'counter',
      'Requests that were answered.',
      sorted.map((each) => ['', labelsOf(each), total(each.tookMs)]),
    ),
    histograms('http_request_duration_seconds', 'How long requests took until their answer began.', sorted, 'tookMs', 0.001),
    histograms('http_request_size_bytes', 'The size of requests’ bodies.', sorted, 'requestBytes', 1),
    histograms('http_response_size_bytes', 'The size of answers’ bodies.', sorted, 'responseBytes', 1),
  ].join('');
}

const fleetFamilies = ({ hosts, unresponsive, slots, used }: Fleet): string[] => [
  family('agents_total', 'gauge', 'Hosts that tell of themselves.', [['', {}, hosts]]),
  family('agents_unresponsive', 'gauge', 'Hosts that fell silent within the last hour.', [['', {}, unresponsive]]),
  family('agents_slots', 'gauge', 'Slots of all hosts.', [['', {}, slots]]),
  family('agents_slots_used', 'gauge', 'Slots that are used.', [['', {}, used]]),
];

const labelsOf = ({ method, route, status }: Series) => ({ method, route, status });

const total = ({ counts }: Histogram): number => counts.reduce((sum, count) => sum + count, 0);

/** @param scale makes the unit that is shown of the one that was measured. */
function histograms(name: string, help: string, series: readonly Series[], measure: Measure, scale: number): string {
  const samples = series.flatMap((each): Sample[] => {
    const { counts, sum } = each[measure];
    const labels = labelsOf(each);
    let below = 0;
    const buckets = bounds[measure].map((bound, at): Sample => {
      below += counts[at] ?? 0;
      return ['_bucket', { ...labels, le: rounded(bound * scale) }, below];
    });
    const all = total(each[measure]);
    return [
      ...buckets,
      ['_bucket', { ...labels, le: '+Inf' }, all],
      ['_sum', labels, rounded(sum * scale)],
      ['_count', labels, all],
    ];
  });
  return family(name, 'histogram', help, samples);
}

/** Whole milliseconds, not what binary fractions make of them. */
const rounded = (value: number): number => Number(value.toFixed(3));

function family(name: string, type: 'gauge' | 'counter' | 'histogram', help: string, samples: readonly Sample[]): string {
  const full = `farpane_gateway_${name}`;
  const lines = samples.map(([suffix, labels, value]) => `${full}${suffix}${written(labels)} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}

function written(labels: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
