import { expect, onTestFinished, test, vi } from 'vitest';
import { ControlMessage } from '#shared/control.ts';
import { openFolder } from '#tests/worker/instance/sockets/support.ts';
import { DeviceDesk, type DeviceMessage } from '#worker/session/desks/device-desk.ts';

const soon = { timeout: 15_000, interval: 20 };

const isOfDevice = (message: ControlMessage): message is DeviceMessage => /^(sensor:|location::|vhal::)/.test(message.type);

async function open(wanted: { sensors?: boolean; location?: boolean; vhal?: boolean }) {
  const folder = await openFolder();
  const told: string[] = [];
  const state: { controller: string | null } = { controller: 'a' };
  const desk = await DeviceDesk.open({
    sockets: folder.folder,
    wanted: { sensors: false, location: false, vhal: false, ...wanted },
    controller: () => state.controller,
    tell: (peer, type, data) => told.push(`${peer} ${type} ${data}`),
    log: folder.log,
  });
  onTestFinished(() => desk.remove('a'));
  return {
    ...folder,
    desk,
    told,
    state,
    say(type: string, data?: object, peer = 'a') {
      const message = ControlMessage.parse({ type, data });
      if (!isOfDevice(message)) throw new Error(type);
      desk.take(peer, message);
    },
    /** Connects as the application does; resolves when the desk knows. */
    async application(file: string) {
      const { socket, bytes } = await folder.join(file);
      const lines = () =>
        bytes()
          .toString()
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as unknown);
      return { write: (line: object) => socket.write(`${JSON.stringify(line)}\n`), lines, socket };
    },
  };
}

const acceleration = { sensor: 'acceleration', x: 0, y: 9.81, z: null };

test('[DV1] readings are lines for the application while it is there, and the last position waits for it', async () => {
  const { desk, say, application } = await open({ sensors: true, location: true });
  desk.opened('a');
  say('sensor:event', { ...acceleration, y: 1 });
  say('location::update-position', { time: 1, latitude: 52.5, longitude: 13.4 });
  const [sensors, location] = [await application('sensors'), await application('location')];
  await vi.waitFor(() => expect(location.lines()).toMatchObject([{ latitude: 52.5, format: 'wgs84' }]), soon);
  await vi.waitFor(() => {
    say('sensor:event', acceleration);
    expect(sensors.lines().at(-1)).toEqual(acceleration);
  }, soon);
  say('sensor:event', { sensor: 'orientation', roll: 2, pitch: 3, azimuth: 1 });
  await vi.waitFor(() => expect(sensors.lines().at(-1)).toEqual({ sensor: 'orientation', roll: 2, pitch: 3, azimuth: 1 }), soon);
  // What came before the application was there is not of now any more.
  expect(sensors.lines()).not.toContainEqual({ ...acceleration, y: 1 });
});

test('[DV2] the application switches sensors on and off at who is in control, also at the next one', async () => {
  const { desk, told, state, application } = await open({ sensors: true });
  desk.opened('a');
  const sensors = await application('sensors');
  sensors.write({ type: 'activate', sensor: 'gyroscope' });
  sensors.write({ type: 'activate', sensor: 'gyroscope' });
  await vi.waitFor(() => expect(told).toEqual(['a activate-sensor {"type":"gyroscope"}']), soon);
  state.controller = 'b';
  desk.settle();
  expect(told.at(-1)).toBe('a deactivate-sensor {"type":"gyroscope"}');
  desk.opened('b');
  expect(told.at(-1)).toBe('b activate-sensor {"type":"gyroscope"}');
  sensors.write({ type: 'spin', sensor: 'gyroscope' });
  sensors.socket.destroy();
  await vi.waitFor(() => expect(told.at(-1)).toBe('b deactivate-sensor {"type":"gyroscope"}'), soon);
  expect(told).toHaveLength(4);
});

test('[DV3] what a vehicle is asked is answered in turn, to who asked', async () => {
  const { say, told, application } = await open({ vhal: true });
  say('vhal::get', { prop: 1 });
  const vehicle = await application('vhal');
  await vi.waitFor(() => {
    say('vhal::get-all-prop-configs', undefined, 'c');
    expect(vehicle.lines().length).toBeGreaterThan(0);
  }, soon);
  const asked = () => vehicle.lines().filter((line) => !JSON.stringify(line).includes('get-all'));
  say('vhal::get', { prop: 289408270, area_id: 0 });
  say('vhal::set', { prop: 2, area_id: 1, status: 0, float_values: [1.5] }, 'b');
  await vi.waitFor(() => expect(asked()).toHaveLength(2), soon);
  expect(asked()).toEqual([
    { type: 'get', data: { prop: 289408270, area_id: 0 } },
    { type: 'set', data: { prop: 2, area_id: 1, status: 0, float_values: [1.5] } },
  ]);
  vehicle.write({ type: 'set-answer', data: { prop: 2, status: 0 } });
  vehicle.write({ type: 'get-answer', data: { prop: 289408270, int32_values: [7] } });
  vehicle.write({ type: 'prop-configs', data: [{ prop: 1, access: 3 }] });
  await vi.waitFor(() => expect(told).toHaveLength(3), soon);
  expect(told).toEqual([
    'b vhal-set-answer {"prop":2,"status":0}',
    'a vhal-get-answer {"prop":289408270,"int32_values":[7]}',
    'c vhal-prop-configs [{"prop":1,"access":3}]',
  ]);
});

test('[DV4] an application that asks for nothing of it has no sockets, and what comes goes nowhere', async () => {
  const { desk, say, told, join } = await open({});
  desk.opened('a');
  say('sensor:event', acceleration);
  say('location::update-position', { time: 1, latitude: 1, longitude: 1 });
  say('vhal::get', { prop: 1 });
  for (const file of ['sensors', 'location', 'vhal']) await expect(join(file)).rejects.toThrow(/ENOENT/);
  expect(told).toEqual([]);
});
