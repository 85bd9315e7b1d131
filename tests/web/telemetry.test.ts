import { expect, onTestFinished, test, vi } from 'vitest';
import type { ControlInput } from '#web/client/control.ts';
import { answerMs } from '#web/client/telemetry/questions.ts';
import { Telemetry } from '#web/client/telemetry/telemetry.ts';

/** What a page tells, over a channel that is open or not; `says` is the host. */
function open() {
  const sent: ControlInput[] = [];
  const news: string[] = [];
  const channel = { open: true };
  const telemetry = new Telemetry({ onSensor: (sensor, wanted) => news.push(`${sensor} ${wanted}`) }, (message) => {
    if (channel.open) sent.push(message);
    return channel.open;
  });
  const says = (type: string, data: unknown) => telemetry.take({ type, data: JSON.stringify(data) });
  return { ...{ telemetry, sent, news, channel, says }, ...telemetry };
}

/** Why a call failed. */
const why = (call: () => unknown): Promise<unknown> =>
  Promise.resolve()
    .then(call)
    .then(
      () => 'done',
      (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
    );

const upright = { sensor: 'acceleration', x: 0, y: 9.81, z: null } as const;
const berlin = { time: 1, latitude: 52.52, longitude: 13.405 };

test('[DV6] what is wrong is refused before it is sent, and the error names the field', async () => {
  const { sensors, location, vehicle, sent, says } = open();
  vehicle.discovered(['vhal']);
  says('activate-sensor', { type: 'acceleration' });
  const { z: _, ...lacking } = upright;
  for (const [call, message] of [
    [() => sensors.send({ ...upright, y: Number.NaN }), 'The reading is not valid: y: expected number, received NaN.'],
    [() => sensors.send(lacking as typeof upright), 'The reading is not valid: z: is missing: expected number.'],
    [() => location.send({ ...berlin, latitude: 91 }), 'The position is not valid: latitude: Must be from -90 to 90 (wgs84).'],
    [
      () => location.send({ ...berlin, longitude: -18_001, format: 'nmea' }),
      'The position is not valid: longitude: Must be from -18000 to 18000 (nmea).',
    ],
    [() => vehicle.get({ prop: 2 ** 31 }), 'The property is not valid: prop: is too big: expected number to be <=2147483647.'],
    [
      () => vehicle.set({ prop: 1 }),
      'The property is not valid: One of int32_values, float_values, int64_values, bytes, string_value is needed.',
    ],
  ] as const) {
    expect(await why(call)).toBe(`invalid_request: ${message}`);
  }
  expect(sent).toEqual([]);
});

test('[DV7] readings are sent while the application wants them, and it says anew what it wants on another connection', () => {
  const { sensors, telemetry, sent, news, says } = open();
  expect(sensors.send(upright)).toBe(false);
  says('activate-sensor', { type: 'acceleration' });
  says('activate-sensor', { type: 'acceleration' });
  says('activate-sensor', { type: 'smell' });
  expect(sensors.send(upright)).toBe(true);
  expect(sensors.send({ sensor: 'gyroscope', x: 1, y: 2, z: 3 })).toBe(false);
  expect([...sensors.active]).toEqual(['acceleration']);
  telemetry.end();
  telemetry.end();
  expect(sensors.send(upright)).toBe(false);
  says('activate-sensor', { type: 'orientation' });
  says('deactivate-sensor', { type: 'orientation' });
  expect(news).toEqual(['acceleration true', 'acceleration false', 'orientation true', 'orientation false']);
  expect(sent).toEqual([{ type: 'sensor:event', data: upright }]);
});

test('[DV7] the last position is told to each connection as soon as it is there', () => {
  const { location, telemetry, sent, channel } = open();
  channel.open = false;
  telemetry.begin();
  location.send({ ...berlin, time: 0 });
  location.send({ ...berlin, speed: 14 });
  channel.open = true;
  telemetry.begin();
  const told = { type: 'location::update-position', data: { ...berlin, altitude: 0, speed: 14, bearing: 0, format: 'wgs84' } };
  expect(sent).toEqual([told]);
  telemetry.begin();
  expect(sent).toEqual([told, told]);
});

test('[DV8] each answer of the vehicle is that of the call that fits and waits longest', async () => {
  const { vehicle, sent, says } = open();
  vehicle.discovered(['vhal']);
  const calls = [vehicle.get({ prop: 1 }), vehicle.get({ prop: 2, area_id: 4 }), vehicle.get({ prop: 2, area_id: 1 })];
  const set = vehicle.set({ prop: 1, area_id: 0, float_values: [1.5] });
  const configs = vehicle.configs();
  expect(sent.map(({ type }) => type)).toEqual([...Array(3).fill('vhal::get'), 'vhal::set', 'vhal::get-all-prop-configs']);
  expect(sent[3]).toEqual({ type: 'vhal::set', data: { prop: 1, area_id: 0, float_values: [1.5] } });
  says('vhal-get-answer', { prop: 2, area_id: 1, int32_values: [21] });
  says('vhal-get-answer', { prop: 9, int32_values: [9] });
  says('vhal-get-answer', { prop: 2, area_id: 4, status: 0, int32_values: [24] });
  says('vhal-get-answer', { prop: 1, string_value: 'one' });
  says('vhal-get-answer', { prop: 1, string_value: 'nobody asked' });
  says('vhal-set-answer', { prop: 1, status: 0 });
  says('vhal-prop-configs', [{ prop: 1, access: 3 }]);
  expect(await Promise.all(calls)).toMatchObject([{ string_value: 'one' }, { int32_values: [24] }, { int32_values: [21] }]);
  expect(await set).toEqual({ prop: 1, status: 0 });
  expect(await configs).toEqual([{ prop: 1, access: 3 }]);
});

test('[DV8] a call that is refused, not answered, or has no way to the application says so', async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { vehicle, telemetry, channel, says } = open();
  expect(vehicle.available).toBeUndefined();
  const refused = why(() => vehicle.get({ prop: 1 }));
  await vi.advanceTimersByTimeAsync(0);
  says('vhal-get-answer', { error: 'There is no property 1.' });
  expect(await refused).toBe('vehicle_refused: There is no property 1.');
  const late = why(() => vehicle.get({ prop: 1 }));
  const lateToo = why(() => vehicle.configs());
  await vi.advanceTimersByTimeAsync(answerMs - 1);
  says('vhal-get-answer', { prop: 'x' });
  const later = why(() => vehicle.set({ prop: 1, string_value: '' }));
  await vi.advanceTimersByTimeAsync(1);
  const silence = 'timeout: The application did not answer. It hears only who is in control.';
  expect([await late, await lateToo]).toEqual([silence, silence]);
  telemetry.end();
  expect(await later).toBe('connection_lost: The media connection to the host was lost.');
  channel.open = false;
  expect(await why(() => vehicle.configs())).toBe('channel_closed: There is no connection to the application now.');
  vehicle.discovered([]);
  expect(vehicle.available).toBe(false);
  expect(await why(() => vehicle.configs())).toBe('no_vehicle: This application has no vehicle.');
});
