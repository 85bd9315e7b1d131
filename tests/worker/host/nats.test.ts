import { expect, onTestFinished, test, vi } from 'vitest';
import { startNats } from '#tests/support/nats-server.ts';
import { recordLog } from '#tests/worker/media/support/host.ts';
import { Heartbeat } from '#worker/host/heartbeat.ts';
import { connectNats } from '#worker/host/nats.ts';

const within = { timeout: 20_000, interval: 50 };
const withPassword = (password: string): string => `authorization { user: host-1, password: ${password} }`;

test('[HO7] a host whose name or password NATS refuses says so, and is there as soon as they are right', async () => {
  await using nats = await startNats({ config: withPassword('another') });
  const { log, lines } = recordLog();
  const connecting = connectNats(
    { url: nats.wsUrl, user: 'host-1', password: 'secret' },
    'host-1',
    log,
    new AbortController().signal,
  );
  const refused = (): string[] => lines.filter((line) => line.includes('nats.refused'));
  await vi.waitFor(() => expect(refused()).toHaveLength(1), within);
  expect(refused()[0]).toContain('`nats.user` and `nats.password`');
  expect(lines.join()).not.toContain('secret');
  await nats.start(withPassword('secret'));
  const connection = await connecting;
  onTestFinished(() => connection.close());
  await connection.flush();

  // Changed under a host that is connected, and put right again when it was refused many times.
  lines.length = 0;
  await nats.start(withPassword('another'));
  await vi.waitFor(() => expect(refused()).toHaveLength(2), within);
  await nats.start(withPassword('secret'));
  await vi.waitFor(() => expect(lines.join()).toContain('nats.reconnect'), within);
  await connection.flush();
});

test('[HO8] where NATS has no JetStream for the host, its log says so in words', async () => {
  await using nats = await startNats({ config: 'accounts { HOSTS { users: [{ user: host-1, password: secret }] } }' });
  const { log, lines } = recordLog();
  const options = { url: nats.wsUrl, user: 'host-1', password: 'secret' };
  const connection = await connectNats(options, 'host-1', log, new AbortController().signal);
  onTestFinished(() => connection.close());
  const who = { host: 'host-1', region: 'here', incarnation: 'incarnation0', version: '1' };
  const heartbeat = new Heartbeat(
    connection.jetstream(),
    () => ({ ...who, applications: [], slots: 1, used: 0, draining: false }),
    log,
  );
  onTestFinished(() => heartbeat.close());
  await heartbeat.beat();
  expect(lines.filter((line) => line.includes('heartbeat.failed')).join()).toContain('JetStream is not enabled');
});
