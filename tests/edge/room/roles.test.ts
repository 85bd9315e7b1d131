import { expect, test } from 'vitest';
import { create } from '#tests/edge/account/support.ts';
import { unique, until } from '#tests/edge/link/support.ts';
import { guestSocket, shareable } from '#tests/edge/room/support.ts';
import { ask, newAccount, openSocket, startHost } from '#tests/edge/support.ts';

test('[RM28] the host is told the role of who comes: owner by the own address, else what the share says', async () => {
  const roles: unknown[] = [];
  const settings = async (request: { role: string }) => {
    roles.push(request.role);
    return { sdp: 'v=0' };
  };
  const offer = async (request: { role: string }) => {
    roles.push(`${request.role} offers`);
    return { sdp: 'v=0' };
  };
  await using session = await shareable({ handlers: { settings, offer } });
  const [view, control] = [await session.share('view'), await session.share('control')];
  const sockets = [await openSocket(session.url), await guestSocket(view.url), await guestSocket(control.url)];
  for (const socket of sockets) {
    socket.send({ type: 'settings', api_version: 2 });
    expect(await socket.next()).toEqual({ type: 'offer', sdp: btoa('v=0') });
    socket.send({ type: 'offer', sdp: btoa('v=0') });
    expect(await socket.next()).toEqual({ type: 'answer', sdp: btoa('v=0') });
  }
  expect(roles).toEqual(['owner', 'owner offers', 'view', 'view offers', 'control', 'control offers']);
});

test("[RM29] a join disconnects the owner's client, and no guest", async () => {
  await using session = await shareable({ post: { joinable: true } });
  const { url } = await session.share('view');
  const [owner, guest] = [await openSocket(session.url), await guestSocket(url)];
  const late = await guestSocket(url);
  const joined = await ask('POST', `/1.0/sessions/${session.id}/join`, { token: session.token });
  expect(joined.httpStatus).toBe(200);
  expect(await owner.next()).toMatchObject({ message: 'Another client joined this session and took its place.' });
  expect((await owner.closed).code).toBe(4410);
  for (const socket of [guest, late, await guestSocket(url)]) {
    socket.send({ type: 'discover' });
    expect(await socket.next()).toMatchObject({ type: 'resp:discover' });
  }
});

test('[RM30] a creation that comes again while the first is under way gets the same session, placed once', async () => {
  const { token } = await newAccount();
  const app = unique('app');
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const launch = async () => {
    await held;
    return { instance: 'one' };
  };
  await using host = await startHost({ app, region: unique('region'), handlers: { launch } });
  const both = ['again', 'again'].map((key) => create(token, { app }, key));
  await until(() => host.of('launch').length > 0, 'launched');
  release();
  const [first, second] = await Promise.all(both);
  const ids = [first, second].map((answer) => (answer?.metadata as { id: string; url: string }) ?? {});
  expect(ids[0]?.id).toBe(ids[1]?.id);
  expect(host.of('launch')).toEqual([ids[0]?.id]);
  const socket = await openSocket(ids[1]?.url ?? '');
  socket.send({ type: 'discover' });
  expect(await socket.next()).toMatchObject({ type: 'resp:discover' });
  const rival = await openSocket(ids[0]?.url ?? '');
  expect((await rival.closed).code).toBe(4410);
});
