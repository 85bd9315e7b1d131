import { access, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { built } from '#infra/config.ts';
import { penDriver as penDriverStep } from '#infra/setup/compile.ts';
import { startChild } from '#infra/stack/child.ts';
import { xorgConfig } from '#worker/instance/displays/xorg.ts';
import { absent, type Finding, ok } from './finding.ts';

/** Only applications with `touch` need it: an Xorg with a touch screen and a tablet is started, and ended. */
export async function touchFinding(stateDir: string): Promise<Finding> {
  const name = 'touch and pen (Xorg)';
  const files = {
    ...{ config: resolve(stateDir, 'xorg.conf'), log: resolve(stateDir, 'xorg.log') },
    ...{ touchSocket: resolve(stateDir, 'touch'), tabletSocket: resolve(stateDir, 'tablet') },
  };
  const why = await penDriverStep.check().catch(String);
  await writeFile(files.config, xorgConfig({ width: 640, height: 480 }, { ...files, penDriver: built.penDriver }));
  const began = performance.now();
  try {
    const child = await startChild({
      name: 'Xorg',
      command: 'Xorg',
      args: [
        ...['-displayfd', '1', '-config', files.config, '-logfile', files.log],
        ...['-nolisten', 'tcp', '-noreset', '-novtswitch', '-sharevts'],
      ],
      cwd: stateDir,
      env: process.env,
      logFile: resolve(stateDir, 'xorg-output.log'),
      // It writes the number of its display.
      ready: { line: (text) => /^\d+$/.test(text) },
      readyTimeoutMs: 10_000,
      stopTimeoutMs: 3000,
    });
    const ms = Math.round(performance.now() - began);
    const hasTablet = await access(files.tabletSocket).then(
      () => true,
      () => false,
    );
    await child.stop();
    if (hasTablet) return ok(name, `ready in ${ms} ms`);
    return absent(
      name,
      `the driver of pens is not loaded (${why ?? 'another version of Xorg'}): pens are the pointer; run npm run setup`,
    );
  } catch (error) {
    const detail = error instanceof Error ? (error.message.split('\n').at(-1) ?? '') : String(error);
    return absent(name, `Xorg does not start (it wants root): no application can have touch: true. ${detail}`);
  }
}
