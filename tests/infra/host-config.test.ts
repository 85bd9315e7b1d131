import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { isReadyLine } from '#infra/stack/host.ts';
import { hostConfig } from '#infra/stack/host-config.ts';
import { readConfig } from '#worker/config/read.ts';

const wiring = {
  id: 'host-2',
  stateDirectory: '/state/host-2',
  nats: { url: 'ws://127.0.0.1:4280', user: 'host-host-2', password: 'secret' },
  media: { ips: ['127.0.0.1', '192.0.2.7'], port: 27_004, workers: 2 },
  gstreamerPlugins: '/state/gstreamer',
};
const template = await readFile('infra/demo/host.yaml', 'utf8');

test('[IN8] the host takes the configuration that is made of the demonstration', () => {
  const config = readConfig(hostConfig(template, wiring), 'host-2.yaml');
  expect(config.host).toMatchObject({ id: 'host-2', region: 'local', stateDirectory: '/state/host-2', drainSeconds: 0 });
  expect(config.nats).toEqual(wiring.nats);
  expect(config.media).toMatchObject({
    workers: 2,
    listen: [
      { ip: '127.0.0.1', port: 27_004 },
      { ip: '192.0.2.7', port: 27_004 },
    ],
    gstreamerPlugins: '/state/gstreamer',
  });
  expect(config.applications.map(({ name, sound }) => ({ name, sound }))).toEqual([
    { name: 'doom', sound: true },
    { name: 'desktop', sound: false },
  ]);
});

test('[IN8] what a stack asks for goes before the template', () => {
  const asked = {
    ...wiring,
    slots: 1,
    drainSeconds: 5,
    penDriver: '/state/xorg/farpanepen_drv.so',
    applications: [
      { name: 'doom', command: '/bin/true' },
      { name: 'own', command: 'own' },
    ],
  };
  const config = readConfig(hostConfig(template, asked), 'host-2.yaml');
  expect(config.host).toMatchObject({ slots: 1, drainSeconds: 5 });
  expect(config.penDriver).toBe(asked.penDriver);
  expect(config.applications.map(({ name, command }) => [name, command])).toEqual([
    ['desktop', '/bin/sh'],
    ['doom', '/bin/true'],
    ['own', 'own'],
  ]);
});

test('[IN8] a host is ready when its log says so, in JSON, and not before', () => {
  expect(isReadyLine('{"level":"info","event":"host.ready","host":"host-1"}')).toBe(true);
  expect(isReadyLine('{"level":"info","event":"host.starting"}')).toBe(false);
  expect(isReadyLine('host.ready')).toBe(false);
  expect(isReadyLine('')).toBe(false);
});
