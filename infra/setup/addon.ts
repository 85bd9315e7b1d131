import { resolve } from 'node:path';
import { config } from '#infra/config.ts';
import { capture } from './command.ts';
import type { Step } from './step.ts';

const name = 'gstreamer-superficial';

/** The GStreamer binding, compiled for the pinned Node against that Node's own headers. */
export const gstreamerAddon: Step = {
  name: 'GStreamer binding',
  async check() {
    const { code, errors } = await capture(process.execPath, ['-e', `require(${JSON.stringify(name)})`], { cwd: config.root });
    return code === 0 ? undefined : (errors.split('\n').find((line) => line.includes('Error')) ?? 'it does not load');
  },
  async run({ run }) {
    const nodeDir = resolve(config.root, `node_modules/node-linux-${process.arch}`);
    // A system's npm runs node-gyp with the Node that PATH names first: the pinned one.
    await run('npm', ['rebuild', name, '--foreground-scripts', '--ignore-scripts=false'], {
      cwd: config.root,
      env: { npm_config_nodedir: nodeDir, npm_config_ignore_scripts: undefined },
    });
  },
};
