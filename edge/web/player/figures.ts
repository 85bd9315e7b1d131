import type { FarpaneSession, StreamStats } from '#web/farpane-client.ts';

const unknown = '–';
const whole = (value: number | undefined, unit: string): string =>
  value === undefined ? unknown : `${Math.round(value)} ${unit}`.trim();

/** The figures of the overlay: names and values, ready to be read. */
export function figures(stats: StreamStats): [string, string][] {
  const { width, height, fps, codec, roundTripMs, bitrateKbps, bufferMs, relayed } = stats;
  return [
    ['Picture', width === undefined || height === undefined ? unknown : `${width} × ${height}`],
    ['Frames', fps === undefined ? unknown : `${Math.round(fps)} fps`],
    ['Codec', codec ?? unknown],
    ['Round trip', whole(roundTripMs, 'ms')],
    ['Buffer', whole(bufferMs, 'ms')],
    ['Bitrate', bitrateKbps === undefined ? unknown : `${(bitrateKbps / 1000).toFixed(1)} Mbit/s`],
    ['Path', relayed ? 'relayed' : 'direct'],
  ];
}

/** Writes the figures of `session()` into a `<dl>` every second, while it is shown. */
export function keepFigures(list: HTMLElement, session: () => FarpaneSession | undefined): void {
  setInterval(() => void write(list, session()), 1000);
}

async function write(list: HTMLElement, session: FarpaneSession | undefined): Promise<void> {
  if (list.hidden) return;
  const stats = await session?.stats();
  if (stats === undefined) return;
  const rows = figures(stats).flatMap(([name, value]) => [cell('dt', name), cell('dd', value)]);
  list.replaceChildren(...rows);
}

function cell(tag: 'dt' | 'dd', text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
