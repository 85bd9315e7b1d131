import { expect, onTestFinished, test } from 'vitest';
import { capture } from '#infra/setup/command.ts';
import { startCoturn } from '#infra/stack/coturn.ts';
import { coturnConfig } from '#infra/stack/coturn-config.ts';
import { freePorts } from '#infra/stack/ports.ts';
import { testFolder } from './support/folder.ts';

const ip = '127.0.0.1';
const secret = 'the-secret-of-this-test';

async function coturn(peers: string[]) {
  const port = await freePorts(22, ip);
  const child = await startCoturn({
    stateDir: await testFolder(),
    ip,
    port,
    minPort: port + 1,
    maxPort: port + 21,
    secret,
    peers,
  });
  onTestFinished(() => child.stop());
  /** Relays two messages to `peer` with coturn's own client; says what it says. */
  const relay = async (peer: string, withSecret = secret): Promise<string> => {
    const args = ['-y', '-c', '-m', '1', '-n', '2', '-W', withSecret, '-u', 'client', '-p', String(port), '-e', peer, ip];
    const { output, errors } = await capture('turnutils_uclient', args, { timeoutMs: 15_000 });
    return output + errors;
  };
  return { child, relay };
}

test('[IN7] a relay reaches the media address of a host, private as it is', async () => {
  const { relay } = await coturn([ip]);
  expect(await relay(ip)).toMatch(/tot_send_msgs=4, tot_recv_msgs=4$/m);
});

test('[IN7] a relay reaches nothing private besides', async () => {
  const { relay } = await coturn([]);
  expect(await relay('10.1.2.3')).toContain('403');
  expect(await relay('192.168.1.1')).toContain('403');
});

test('[IN7] a wrong secret gets no relay', async () => {
  const { relay } = await coturn([ip]);
  expect(await relay(ip, 'another-secret')).toContain('Cannot complete Allocation');
});

test('[IN7] loopback is relayed to only where a host is there', () => {
  const base = { ip, port: 3478, minPort: 1, maxPort: 2, secret, pidFile: '/pid', userDatabase: '/db' };
  expect(coturnConfig({ ...base, peers: ['203.0.113.7'] })).not.toContain('allow-loopback-peers');
  expect(coturnConfig({ ...base, peers: [ip] })).toContain('allow-loopback-peers');
  expect(coturnConfig({ ...base, peers: [ip] })).toMatch(/^allowed-peer-ip=127\.0\.0\.1$/m);
});
