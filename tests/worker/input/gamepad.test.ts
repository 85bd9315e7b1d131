import { access, constants } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { built } from '#infra/config.ts';
import { ControlMessage } from '#shared/control.ts';
import { jsonLogger } from '#shared/log.ts';
import { type GamepadMessage, gamepadEvents } from '#worker/input/gamepad/events.ts';
import { openGamepads } from '#worker/input/gamepad/gamepads.ts';

const isGamepad = (message: ControlMessage): message is GamepadMessage => message.type.startsWith('input::gamepad-');

/** The kernel's event without its time, in hexadecimal, and what ends the report. */
function events(type: string, data: object): string {
  const message = ControlMessage.parse({ type: `input::gamepad-${type}`, data });
  if (!isGamepad(message)) throw new Error(type);
  return gamepadEvents(message).toString('hex');
}

const time = '00'.repeat(16);
const report = `${time}0000000000000000`;
const button = (index: number, pressed = true) => events('button', { id: 0, index, pressed });
const axis = (index: number, value: number) => events('axes', { id: 0, index, value });

test('[GP1] buttons and axes of the standard gamepad are those of the kernel, byte for byte', () => {
  // EV_KEY, BTN_A, 1: as the kernel's xpad has them.
  expect(button(0)).toBe(`${time}0100300101000000${report}`);
  expect(button(0, false)).toBe(`${time}0100300100000000${report}`);
  expect([2, 3, 9, 16].map((index) => button(index).slice(32, 40))).toEqual(['01003301', '01003401', '01003b01', '01003c01']);
  // The cross and the triggers are axes: ABS_HAT0Y, ABS_HAT0X, ABS_Z.
  expect([button(12), button(13), button(14, false), button(6)].map((bytes) => bytes.slice(32, 48))).toEqual([
    '03001100ffffffff',
    '0300110001000000',
    '0300100000000000',
    '03000200ff000000',
  ]);
  expect([axis(0, -1), axis(1, 1), axis(3, 0), axis(4, -1), axis(5, 1)].map((bytes) => bytes.slice(32, 48))).toEqual([
    '030000000080ffff',
    '03000100ff7f0000',
    '0300040000000000',
    '0300020000000000',
    '03000500ff000000',
  ]);
  expect(button(31)).toBe('');
});

test('[GP2] a host without uinput says so', async () => {
  const there = await access('/dev/uinput', constants.W_OK).then(
    () => true,
    () => false,
  );
  const opening = openGamepads({ helper: built.gamepad, count: 1, log: jsonLogger(() => undefined, 'error') });
  if (!there) {
    await expect(opening).rejects.toThrow(/^\/dev\/uinput: /);
    return;
  }
  const gamepads = await opening;
  expect(gamepads.devices).toEqual(expect.arrayContaining([expect.stringMatching(/^\/dev\/input\/event\d+$/)]));
  gamepads.close();
});
