import { expect, test } from 'vitest';
import { jsonLogger } from '#shared/log.ts';
import { GamepadDesk } from '#worker/session/desks/gamepad-desk.ts';

async function open(count: number) {
  const told: string[] = [];
  const lines: string[] = [];
  const desk = await GamepadDesk.open({
    count,
    helper: '/bin/false',
    tell: (peer, type, data) => told.push(`${peer} ${type} ${data}`),
    log: jsonLogger((line) => lines.push(line), 'warn'),
  });
  const press = (peer: string) => desk.take(peer, { type: 'input::gamepad-button', data: { id: 0, index: 0, pressed: true } });
  return { desk, told, lines, press };
}

test('[GP4] who uses a gamepad in vain is told why, once', async () => {
  const { desk, told, lines, press } = await open(1);
  for (const peer of ['a', 'a', 'b']) press(peer);
  const why = '{"message":"This host can’t pass gamepads on to applications."}';
  expect(told).toEqual([`a gamepad::unavailable ${why}`, `b gamepad::unavailable ${why}`]);
  expect(lines).toHaveLength(1);
  expect(desk.devices).toEqual([]);
  desk.releaseAll();
  desk.close();
});

test('[GP4] an application that takes none is no fault of the host', async () => {
  const { told, lines, press } = await open(0);
  press('a');
  expect(told).toEqual(['a gamepad::unavailable {"message":"This application takes no gamepad."}']);
  expect(lines).toEqual([]);
});
