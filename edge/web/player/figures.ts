import type { FarpaneSession, StreamStats } from '#web/farpane-client.ts';
import type { Keep } from './keep.ts';
import { page } from './page.ts';

const key = 'farpane.figures';
/** How often they are read, in milliseconds. */
const everyMs = 1000;

const unknown = '–';
const whole = (value: number | undefined, unit: string): string =>
  value === undefined ? unknown : `${Math.round(value)} ${unit}`.trim();

/** The figures of the overlay: names and values, ready to be read. */
function figures(stats: StreamStats): [string, string][] {
  const { width, height, fps, codec, roundTripMs, bitrateKbps, bufferMs, packetsLost, lossPercent, relayed } = stats;
  const share = lossPercent === undefined ? '' : ` (${lossPercent.toFixed(1)} %)`;
  return [
    ['Picture', width === undefined || height === undefined ? unknown : `${width} × ${height}`],
    ['Frames', fps === undefined ? unknown : `${Math.round(fps)} fps`],
    ['Codec', codec ?? unknown],
    ['Bitrate', bitrateKbps === undefined ? unknown : `${(bitrateKbps / 1000).toFixed(1)} Mbit/s`],
    ['Round trip', whole(roundTripMs, 'ms')],
    ['Buffer', whole(bufferMs, 'ms')],
    ['Packets lost', packetsLost === undefined ? unknown : `${packetsLost}${share}`],
    ['Path', relayed ? 'relayed' : 'direct'],
  ];
}

/** Shows the figures of `session()`, anew every second, where the person has asked for them; that is kept. */
export function setFigures(keep: Keep, session: () => FarpaneSession | undefined): void {
  const refresh = () => void write(session());
  const show = (shown: boolean): void => {
    page.stats.hidden = !shown;
    page.toggleStats.setAttribute('aria-pressed', String(shown));
    refresh();
  };
  const toggle = (): void => {
    show(page.stats.hidden !== false);
    keep.setItem(key, page.stats.hidden ? 'hidden' : 'shown');
  };
  page.toggleStats.addEventListener('click', () => {
    toggle();
    page.video.focus();
  });
  const shortcut = (event: KeyboardEvent): void => {
    if (page.tools.hidden || !(event.code === 'KeyS' && event.ctrlKey && event.altKey && event.shiftKey)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!event.repeat) toggle();
  };
  document.addEventListener('keydown', shortcut, { capture: true });
  show(keep.getItem(key) === 'shown');
  setInterval(refresh, everyMs);
}

async function write(session: FarpaneSession | undefined): Promise<void> {
  if (page.stats.hidden) return;
  const stats = await session?.stats();
  if (stats === undefined) return;
  const rows = figures(stats).flatMap(([name, value]) => [cell('dt', name), cell('dd', value)]);
  page.stats.replaceChildren(...rows);
}

function cell(tag: 'dt' | 'dd', text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
