import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonLogger } from '#shared/log.ts';
import { Screen } from '#shared/screen.ts';
import { displayArguments, startDisplay } from '#worker/instance/display.ts';
import { encodeXauthority } from '#worker/instance/xauthority.ts';
import { startChild } from '#worker/process/child.ts';

const log = jsonLogger(() => undefined, 'error');

test('[IS1] a display number that is in use is passed over', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'display-test-'));
  const authority = join(directory, 'Xauthority');
  writeFileSync(authority, encodeXauthority(new Uint8Array(16)));
  const options = { screen: Screen.parse({ width: 64, height: 64 }), authority, enter: [], log, onExit: () => undefined };
  const first = await startDisplay(options);
  const next = `:${Number(first.address.name.slice(1)) + 1}`;
  const occupied = await startChild({
    name: 'Another display server',
    command: 'Xvfb',
    arguments: displayArguments(next, options.screen, authority),
    environment: { PATH: '/usr/bin:/bin' },
    log,
    ready: ({ pipe }) => new Promise((resolve) => pipe.once('data', () => resolve())),
  });
  const second = await startDisplay(options);
  expect(second.address.name).not.toBe(next);
  for (const each of [second, occupied, first]) await each.stop();
  rmSync(directory, { recursive: true });
});
