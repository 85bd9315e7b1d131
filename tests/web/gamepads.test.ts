import { expect, test } from 'vitest';
import { ControlMessage } from '#shared/control.ts';
import { padChanges } from '#web/client/input/gamepads.ts';

test('[GP3] a page tells what changed at a gamepad, and nothing else', () => {
  const still = { buttons: [0, 0], axes: [0, 0] };
  const told = (before: typeof still, now: typeof still) => padChanges(1, before, now).map(({ data }) => data);
  expect(told(still, still)).toEqual([]);
  expect(told(still, { buttons: [1, 0.4], axes: [0.005, -0.5] })).toEqual([
    { id: 1, index: 0, pressed: true },
    { id: 1, index: 1, value: -0.5 },
  ]);
  expect(told({ buttons: [1, 1], axes: [1, 0] }, still)).toEqual([
    { id: 1, index: 0, pressed: false },
    { id: 1, index: 1, pressed: false },
    { id: 1, index: 0, value: 0 },
  ]);
});

test('[GP3] triggers are axes, and all of it is what the host reads', () => {
  const buttons = Array.from({ length: 30 }, (_, i) => (i === 6 ? 0.25 : 1));
  const messages = padChanges(0, { buttons: [], axes: [] }, { buttons, axes: [2, -2, 0.1, 0.2, 0.3, 0.4] });
  expect(messages).toContainEqual({ type: 'input::gamepad-axes', data: { id: 0, index: 4, value: -0.5 } });
  expect(messages).toContainEqual({ type: 'input::gamepad-axes', data: { id: 0, index: 0, value: 1 } });
  for (const message of messages) ControlMessage.parse(message);
  expect(messages).toHaveLength(17 + 4);
});
