import { expect, test } from 'vitest';
import { ConfigError, type Mistake, readConfig } from '#worker/config/read.ts';

const good = `host:
  id: host-1
  region: local
  slots: 2
  stateDirectory: /var/lib/farpane
nats:
  url: ws://127.0.0.1:4280
media:
  gstreamerPlugins: /usr/lib/farpane
  listen:
    - ip: 127.0.0.1
      port: 40000
applications:
  - name: doom
    command: chocolate-doom
`;

const mistakesOf = (text: string): readonly Mistake[] => {
  try {
    readConfig(text, 'host.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
};

test('[CF1] what is left out has its default', () => {
  const config = readConfig(good, 'host.yaml');
  expect(config.host.drainSeconds).toBe(60);
  expect(config.media.workers).toBe(1);
  expect(config.media.bitrates.map(({ maxKbps }) => maxKbps)).toEqual([3000, 5000, 6000, 7000, 20_000]);
  expect(config.applications[0]).toMatchObject({ arguments: [], sound: true, maxScreen: { width: 3840, height: 2160, fps: 60 } });
});

test('[CF2] every mistake is named with its line', () => {
  const bad = good
    .replace('slots: 2', 'slots: many')
    .replace('id: host-1', 'id: host-1\n  colour: red')
    .replace('command: chocolate-doom', 'command: ""\n    environment:\n      1X: y');
  expect(mistakesOf(bad)).toEqual([
    { line: 3, message: 'host.colour: there is no such setting' },
    { line: 5, message: 'host.slots: expected number, received string' },
    { line: 16, message: expect.stringContaining('applications.0.command: ') },
    { line: 18, message: expect.stringContaining('applications.0.environment.1X: ') },
  ]);
});

test('[CF2] what is missing is named at the line of what lacks it', () => {
  expect(mistakesOf(good.replace('  region: local\n', ''))).toEqual([
    { line: 1, message: 'host.region: is missing: expected string' },
  ]);
  expect(mistakesOf(good.replace('region: local', 'region:'))).toEqual([
    { line: 3, message: 'host.region: has no value: expected string' },
  ]);
});

test('[CF2] a text that is no YAML is a mistake with its line', () => {
  expect(mistakesOf(`${good}  - name: [`)[0]?.line).toBeGreaterThan(14);
  expect(mistakesOf('')).not.toEqual([]);
  expect(mistakesOf('just words')).not.toEqual([]);
});

test('[EN10] the codecs of a host and of an application are limited by their names, each once', () => {
  const limited = `${good.replace('media:\n', 'media:\n  codecs: [H264, VP8]\n')}    codecs: [VP9]\n`;
  const config = readConfig(limited, 'host.yaml');
  expect([config.media.codecs, config.applications[0]?.codecs]).toEqual([['H264', 'VP8'], ['VP9']]);
  expect(mistakesOf(`${good}    codecs: [H264, MPEG2]\n`)).toEqual([
    { line: 16, message: expect.stringContaining('applications.0.codecs.1: ') },
  ]);
  expect(mistakesOf(`${good}    codecs: [H264, H264]\n`)).toEqual([
    { line: 16, message: 'applications.0.codecs: names a codec twice' },
  ]);
  expect(mistakesOf(`${good}    codecs: []\n`)).toEqual([
    { line: 16, message: 'applications.0.codecs: needs at least one codec' },
  ]);
});

test('[CF3] two applications of one name and version are a mistake, two versions of one are not', () => {
  const twice = `${good}  - name: doom\n    command: other\n`;
  const message =
    "applications.1.version: there is an application 'doom' of version 1 already: give another version another number";
  expect(mistakesOf(twice)).toEqual([{ line: 16, message }]);
  expect(mistakesOf(`${twice}    version: 1\n`)).toEqual([{ line: 18, message }]);
  const { applications } = readConfig(`${twice}    version: 3\n    published: false\n`, 'host.yaml');
  expect(applications).toMatchObject([
    { version: 1, published: true },
    { version: 3, published: false },
  ]);
  for (const bad of ['0', '1.5', 'two', '"2"', '-1']) {
    const [first] = mistakesOf(`${twice}    version: ${bad}\n`);
    expect(first, bad).toMatchObject({ line: 18, message: expect.stringContaining('applications.1.version: ') });
  }
});

test('[CF2] the message of the error has the file, the line and the mistake', () => {
  expect(() => readConfig(good.replace('40000', '80'), 'host.yaml')).toThrow(/^host\.yaml:12: media\.listen\.0\.port: /);
});

test('[CF4] the page of metrics is off where it is left out, and on loopback where nothing else is said', () => {
  expect(readConfig(good, 'host.yaml').metrics).toBeUndefined();
  const config = readConfig(`${good}metrics:\n  port: 9090\n  relays:\n    - ip: 203.0.113.9\n`, 'host.yaml');
  expect(config.metrics).toEqual({
    ...{ host: '127.0.0.1', port: 9090 },
    relays: [{ ip: '203.0.113.9', minPort: 1024, maxPort: 65_535 }],
  });
  expect(mistakesOf(`${good}metrics:\n  host: 127.0.0.1\n  port: 0\n  relays:\n    - ip: turn\n`)).toEqual([
    { line: 18, message: expect.stringContaining('metrics.port: ') },
    { line: 20, message: expect.stringContaining('metrics.relays.0.ip: ') },
  ]);
});

test('[CF5] spans are sent where the file says so, and an address that is none is a mistake', () => {
  expect(readConfig(good, 'host.yaml').tracing).toBeUndefined();
  const { tracing } = readConfig(`${good}tracing:\n  endpoint: http://127.0.0.1:4318\n`, 'host.yaml');
  expect(tracing).toEqual({ endpoint: 'http://127.0.0.1:4318', headers: {} });
  expect(mistakesOf(`${good}tracing:\n  endpoint: collector\n`)).toEqual([
    { line: 17, message: 'tracing.endpoint: must be an http:// or https:// address' },
  ]);
});

test('[CF6] a row of bitrates whose least is above its most is a mistake, and so is a table without rows', () => {
  const row = (minKbps: number) => `  bitrates:
    - { width: 1280, height: 720, fps: 30, minKbps: ${minKbps}, maxKbps: 3000 }
`;
  const withTable = (table: string) => good.replace('  gstreamerPlugins', `${table}  gstreamerPlugins`);
  expect(readConfig(withTable(row(500)), 'host.yaml').media.bitrates).toHaveLength(1);
  expect(mistakesOf(withTable(row(4000)))).toEqual([
    { line: 10, message: 'media.bitrates.0: minKbps must not be above maxKbps' },
  ]);
  expect(mistakesOf(withTable('  bitrates: []\n'))).toMatchObject([{ message: 'media.bitrates: needs at least one row' }]);
});

test('[CF9] an application that waits started has no gamepads', () => {
  const text = `${good}    gamepads: 1\n    warm: 1\n`;
  expect(mistakesOf(text)).toEqual([{ line: 17, message: expect.stringContaining('applications.0.warm: ') }]);
});

test('[CF10] a host’s cameras are devices, each once, and an application that waits started gets none', () => {
  expect(readConfig(`${good}    camera: { as: socket }\ncameras: [/dev/video10]\n`, 'host.yaml')).toMatchObject({
    cameras: ['/dev/video10'],
    applications: [{ camera: { as: 'socket', width: 1280, height: 720, fps: 30, facing: 'front' } }],
  });
  expect(mistakesOf(`${good}cameras: [/tmp/video, /dev/video1]\n`)).toEqual([
    { line: 16, message: 'cameras.0: must be a device such as /dev/video10' },
  ]);
  expect(mistakesOf(`${good}cameras: [/dev/video1, /dev/video1]\n`)).toEqual([
    { line: 16, message: 'cameras: names a device twice' },
  ]);
  expect(mistakesOf(`${good}    camera: { as: device }\n    warm: 1\n`)).toEqual([
    { line: 17, message: expect.stringContaining('applications.0.warm: ') },
  ]);
});
