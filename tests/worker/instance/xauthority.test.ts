import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { displayArguments } from '#worker/instance/display.ts';
import { encodeXauthority } from '#worker/instance/xauthority.ts';

test('[IS8] xauth reads the entry that we write', () => {
  const directory = mkdtempSync(join(tmpdir(), 'xauthority-test-'));
  const file = join(directory, 'Xauthority');
  writeFileSync(file, encodeXauthority(Uint8Array.from({ length: 16 }, (_, i) => i)));
  const listed = execFileSync('xauth', ['-f', file, 'nlist']).toString().trim();
  expect(listed).toBe(
    'ffff 0000  0000  0012 4d49542d4d414749432d434f4f4b49452d31 0010 000102030405060708090a0b0c0d0e0f'.replaceAll(
      '0000  ',
      '0000  ',
    ),
  );
  rmSync(directory, { recursive: true });
});

test('[IS8] a display listens to no network', () => {
  const text = displayArguments(':7', { width: 640, height: 480 }, '/x').join(' ');
  expect(text).toContain('-screen 0 640x480x24');
  expect(text).toContain('-nolisten tcp');
  // The abstract socket is how a number in use is told.
  expect(text).not.toContain('-nolisten local');
});
