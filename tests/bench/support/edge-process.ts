import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { unstable_readConfig as readConfig } from 'wrangler';
import { config } from '#infra/config.ts';
import { capture } from '#infra/setup/command.ts';
import { descendants } from '#worker/process/tree.ts';

export interface EdgeProcess extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
  /** workerd. */
  readonly pid: number;
}

export const edgeSecrets = { admin: 'bench-admin-secret', token: 'bench-token-secret' } as const;

/**
 * The Worker as wrangler bundles it, with the floor's route, in Miniflare: `wrangler dev` has a proxy in front, whose costs are
 * not the gateway's. Objects store on disk: TMPDIR=/dev/shm.
 */
export async function startEdgeProcess(options: { natsUrl: string; links: number; turnHosts?: string }): Promise<EdgeProcess> {
  await using owned = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'farpane-bench-edge-'));
  owned.defer(() => rm(folder, { recursive: true, force: true }));
  const script = await bundleWorker(folder);
  const settings = readConfig({ config: resolve(config.root, 'wrangler.toml') });
  const objects = [...settings.durable_objects.bindings, { name: 'FLOOR', class_name: 'Floor' }];
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: 'farpane',
      host: '127.0.0.1',
      port: 0,
      modules: [{ type: 'ESModule', path: script }],
      modulesRoot: folder,
      compatibilityDate: settings.compatibility_date ?? '',
      compatibilityFlags: settings.compatibility_flags,
      durableObjects: Object.fromEntries(
        objects.map(({ name, class_name }) => [name, { className: class_name, useSQLite: true }]),
      ),
      resourcePersistencePath: join(folder, 'state'),
      bindings: {
        ...settings.vars,
        ...{ NATS_URL: options.natsUrl, NATS_USER: '', NATS_PASSWORD: '', LINKS: String(options.links), LOG_LEVEL: 'warn' },
        ...{ TURN_HOSTS: options.turnHosts ?? 'turn.example.com:3478', TURN_SECRET: 'bench-turn-secret' },
        ...{ ADMIN_SECRET: edgeSecrets.admin, TOKEN_SECRET: edgeSecrets.token },
        // Nobody is held back: what is measured is the way through.
        ...{ QUOTA_SESSIONS: '1000000', QUOTA_CREATIONS_PER_MINUTE: '1000000', RATE_LIMITS: 'off' },
      },
      cf: false,
    }),
  );
  owned.defer(() => miniflare.dispose());
  const url = (await miniflare.ready).origin;
  const pid = descendants(process.pid).find((each) => basename(commandOf(each)) === 'workerd');
  if (pid === undefined) throw new Error('workerd is not among the processes below this one.');
  const kept = owned.move();
  return { url, pid, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '';
  } catch {
    return '';
  }
};

/** @returns the bundle's file. */
async function bundleWorker(folder: string): Promise<string> {
  const wrangler = resolve(config.root, 'node_modules/wrangler/bin/wrangler.js');
  const entry = resolve(config.root, 'tests/edge/floor/worker.ts');
  const { code, output, errors } = await capture(
    process.execPath,
    [wrangler, 'deploy', entry, '--dry-run', '--outdir', folder, '--config', resolve(config.root, 'wrangler.toml')],
    { cwd: config.root, timeoutMs: 120_000 },
  );
  if (code !== 0) throw new Error(`wrangler could not bundle the Worker:\n${output}${errors}`);
  return join(folder, 'worker.js');
}
