import { expect, test } from 'vitest';
import { type ControlMessage, maxControlLength } from '#shared/control.ts';
import { jsonLogger } from '#shared/log.ts';
import { controlReader } from '#worker/session/desks/control.ts';

function reader(): { read: (text: string) => void; accepted: ControlMessage[]; lines: string[] } {
  const accepted: ControlMessage[] = [];
  const lines: string[] = [];
  const log = jsonLogger((line) => lines.push(line), 'debug');
  return { read: controlReader(log, (message) => accepted.push(message)), accepted, lines };
}

test('[CT1] the protocol’s messages are read', () => {
  const { read, accepted } = reader();
  read('{"type":"input::mouse-move","data":{"rx":20,"ry":10,"x":312.5,"y":192}}');
  read('{"type":"input::key","data":{"code":4,"pressed":true}}');
  read('{"type":"stream::disconnect","data":{}}');
  expect(accepted.map(({ type }) => type)).toEqual(['input::mouse-move', 'input::key', 'stream::disconnect']);
});

test.each([
  'not JSON',
  '[]',
  'null',
  '{"type":"input::unheard-of","data":{}}',
  '{"type":"input::key"}',
  '{"type":"input::key","data":{"code":"4","pressed":true}}',
  '{"type":"input::mouse-button","data":{"pressed":true,"button":-1}}',
  '{"type":"input::mouse-move","data":{"x":1e300,"y":0}}',
  `{"type":"input::key","data":{"code":4,"pressed":true,"__proto__":{"x":1}}${' '.repeat(maxControlLength)}`,
])('[CT2] what can’t be read is dropped and never fatal: %.60s', (text) => {
  const { read, accepted, lines } = reader();
  read(text);
  expect(accepted).toEqual([]);
  expect(lines).toHaveLength(1);
});

test('[CT3] what can’t be read is logged once, not each time, and never with its content', () => {
  const { read, lines } = reader();
  for (let i = 0; i < 100; i += 1) read('{"type":"input::secret","data":"hunter2"}');
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('hunter2');
});
