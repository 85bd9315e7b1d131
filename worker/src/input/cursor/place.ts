/// <reference path="../x11.d.ts" />
import type { CursorPlace } from '#shared/control/cursor.ts';
import type { Size } from '#shared/screen.ts';
import type { Connection } from '#worker/input/connection.ts';

export interface FollowOptions {
  connection: Pick<Connection, 'client' | 'root' | 'inputs' | 'isOver'>;
  /** The screen as it is. */
  size: () => Size;
  onPlace: (place: CursorPlace) => void;
}

export interface Following {
  /** It may be elsewhere now. */
  hint(): void;
  stop(): void;
}

/** Places that come faster are one: no screen shows more. Milliseconds. */
const atMostEveryMs = 16;

/** A program that moves the pointer by itself does so in answer to its user, and no event tells of it: so long after it is looked for. */
const settleMs = 100;

/** What moves the pointer, and what a program moves it for. The server tells of these whoever has the pointer. */
const hints = [
  ...(['RawMotion', 'RawButtonPress', 'RawButtonRelease', 'RawKeyPress'] as const),
  ...(['RawTouchBegin', 'RawTouchUpdate', 'RawTouchEnd'] as const),
] as const;
const hintNames: ReadonlySet<string> = new Set(['CursorNotify', ...hints.map((name) => `XI${name}`)]);

/** Tells where a display's pointer is, now and whenever that has changed: the last of several moves at once. Asks nothing while none moves. */
export function followPointer({ connection, size, onPlace }: FollowOptions): Following {
  const { client, root, inputs, isOver } = connection;
  let asking = false;
  let stale = false;
  let stopped = false;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let settling: NodeJS.Timeout | undefined;
  let told = '';

  const ask = (): void => {
    timer = undefined;
    if (stopped || isOver()) return;
    asking = true;
    stale = false;
    askedAtMs = performance.now();
    client.QueryPointer(root, (error, found) => {
      asking = false;
      if (!stopped && !error) tell({ x: found.rootX, y: found.rootY, width: size().width, height: size().height });
      if (stale) soon();
      return true;
    });
  };
  const tell = (place: CursorPlace): void => {
    const now = JSON.stringify(place);
    if (now === told) return;
    told = now;
    onPlace(place);
  };
  const soon = (): void => {
    stale = true;
    if (asking || timer !== undefined || stopped) return;
    const waitMs = askedAtMs + atMostEveryMs - performance.now();
    if (waitMs > 0) timer = setTimeout(ask, waitMs);
    else ask();
  };
  const hint = (): void => {
    if (stopped) return;
    soon();
    if (settling === undefined) settling = setTimeout(soon, settleMs);
    else settling.refresh();
  };
  const hear = ({ name }: { name: string }): void => {
    if (hintNames.has(name)) hint();
  };
  client.on('event', hear);
  inputs.XISelectEvents(root, { deviceId: inputs.AllMasterDevices, mask: hints });
  hint();
  return {
    hint,
    stop() {
      if (stopped) return;
      stopped = true;
      clearTimeout(timer);
      clearTimeout(settling);
      client.off('event', hear);
      if (!isOver()) inputs.XISelectEvents(root, { deviceId: inputs.AllMasterDevices, mask: [] });
    },
  };
}
