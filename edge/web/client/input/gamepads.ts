import type { ControlInput } from '#web/client/control.ts';

/** So many are told of, of so many axes each; what the browser has besides the standard's buttons is not. */
const most = { gamepads: 4, buttons: 17, axes: 4 } as const;

/** Less than this a stick moves by itself. */
const leastMove = 0.01;

/** What of a gamepad is looked at: its buttons, as far as they are pressed (0 to 1), and its axes (-1 to 1). */
export interface PadState {
  readonly buttons: readonly number[];
  readonly axes: readonly number[];
}

const nothing: PadState = { buttons: [], axes: [] };

/** The buttons of the standard gamepad that are triggers: how far they are pressed counts. */
const triggers: ReadonlyMap<number, number> = new Map([
  [6, 4],
  [7, 5],
]);

/** What has changed at a gamepad since it was looked at last, as messages. */
export function padChanges(id: number, before: PadState, now: PadState): ControlInput[] {
  const buttons = now.buttons.slice(0, most.buttons).flatMap((value, index): ControlInput[] => {
    const was = before.buttons[index] ?? 0;
    const axis = triggers.get(index);
    if (axis !== undefined) {
      return moved(was, value) ? [{ type: 'input::gamepad-axes', data: { id, index: axis, value: round(value * 2 - 1) } }] : [];
    }
    const pressed = value > 0.5;
    return pressed === was > 0.5 ? [] : [{ type: 'input::gamepad-button', data: { id, index, pressed } }];
  });
  const axes = now.axes.slice(0, most.axes).flatMap((value, index): ControlInput[] => {
    const was = before.axes[index] ?? 0;
    return moved(was, value) ? [{ type: 'input::gamepad-axes', data: { id, index, value: round(value) } }] : [];
  });
  return [...buttons, ...axes];
}

const moved = (was: number, is: number): boolean =>
  is !== was && (Math.abs(is - was) >= leastMove || is === 0 || Math.abs(is) === 1);

/** Adding 0 turns -0, which JSON can't say, into 0. */
const round = (value: number): number => Math.round(Math.min(Math.max(value, -1), 1) * 1000) / 1000 + 0;

/** Looks at the gamepads at every frame, while there are any and the page is seen. */
export function listenToGamepads(send: (message: ControlInput) => void, signal: AbortSignal): void {
  const known = new Map<number, PadState>();
  let frame: number | undefined;

  const look = (): void => {
    frame = undefined;
    const pads = navigator.getGamepads();
    for (let id = 0; id < most.gamepads; id += 1) {
      const pad = pads[id];
      const before = known.get(id);
      if (pad == null && before === undefined) continue;
      // One that is unplugged lets everything go.
      const now = pad == null ? released(before ?? nothing) : read(pad);
      for (const message of padChanges(id, before ?? nothing, now)) send(message);
      if (pad == null) known.delete(id);
      else known.set(id, now);
    }
    if (known.size > 0 && !signal.aborted) frame = requestAnimationFrame(look);
  };

  const wake = (): void => {
    frame ??= requestAnimationFrame(look);
  };
  window.addEventListener('gamepadconnected', wake, { signal });
  signal.addEventListener('abort', () => frame !== undefined && cancelAnimationFrame(frame), { once: true });
  wake();
}

const read = ({ buttons, axes }: Gamepad): PadState => ({ buttons: buttons.map(({ value }) => value), axes: [...axes] });
const released = ({ buttons, axes }: PadState): PadState => ({ buttons: buttons.map(() => 0), axes: axes.map(() => 0) });
