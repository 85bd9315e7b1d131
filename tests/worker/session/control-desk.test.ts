import { expect, test } from 'vitest';
import type { ControlState } from '#shared/control/roles.ts';
import { AppError } from '#shared/errors.ts';
import { jsonLogger } from '#shared/log.ts';
import { Screen } from '#shared/screen.ts';
import { ControlDesk } from '#worker/session/desks/control-desk.ts';
import type { RunningState, SessionEvent, SessionState } from '#worker/session/state.ts';
import { step } from '#worker/session/step.ts';

const key = '{"type":"input::key","data":{"code":4,"pressed":true}}';
const [owner, guest, viewer] = ['0000000000o0', '0000000000g0', '0000000000v0'] as const;

/** A desk over the session's real decisions; the media are left out. */
class Room {
  readonly input: string[] = [];
  readonly wishes: unknown[] = [];
  readonly sent: { peer: string; type: string; data: unknown }[] = [];
  readonly lines: string[] = [];
  readonly desk: ControlDesk;
  #state: SessionState = { phase: 'launching', deadlines: { firstPeerMs: null, idleMs: null, peerGraceMs: 1000 } };

  constructor() {
    this.desk = new ControlDesk({
      state: () => this.state,
      screen: {
        change: async (wish) => {
          this.wishes.push(wish);
          if (wish.width === 666) throw new AppError('wrong_state', { message: 'The application keeps its size.' });
          return Screen.parse(wish);
        },
        turn: async (way) => {
          this.wishes.push(way);
          return Screen.parse({});
        },
      },
      onCursor: () => undefined,
      onMessage: (_, { type }) => this.input.push(type),
      send: (peer, type, data) => this.sent.push({ peer, type, data: JSON.parse(data) }),
      dispatch: (event) => this.dispatch(event),
      log: jsonLogger((line) => this.lines.push(line), 'info'),
    });
    this.dispatch({ type: 'launched' });
  }

  get state(): RunningState | null {
    return this.#state.phase === 'running' ? this.#state : null;
  }

  dispatch(event: SessionEvent): void {
    const { state, effects } = step(this.#state, event);
    this.#state = state;
    for (const effect of effects) {
      if (effect.type === 'tell-control') this.desk.tellAll();
      if (effect.type === 'tell-request') this.desk.tellRequest(effect.peer, effect.to);
      if (effect.type === 'close-peer') this.desk.remove(effect.peer);
    }
  }

  come(peer: string, role: 'owner' | 'control' | 'view', roles: boolean): void {
    this.desk.add(peer, { roles });
    this.dispatch({ type: 'offered', peer, role });
    this.dispatch({ type: 'connected', peer });
    this.desk.opened(peer);
  }

  /** Who each client was last told to be in control. */
  told(): Record<string, string | null> {
    const states = this.sent.filter(({ type }) => type === 'control::state');
    return Object.fromEntries(states.map(({ peer, data }) => [peer, (data as ControlState).controller]));
  }
}

test('[CO6] only the input of who is in control reaches the application, and the rest is counted', () => {
  const room = new Room();
  room.come(owner, 'owner', true);
  room.come(guest, 'control', true);
  room.come(viewer, 'view', true);
  for (const peer of [guest, viewer, viewer]) room.desk.hear(peer, key);
  expect(room.input).toEqual([]);
  room.desk.hear(owner, key);
  expect(room.input).toEqual(['input::key']);
  room.desk.hear(owner, JSON.stringify({ type: 'control::give', data: { peer: guest } }));
  room.desk.hear(owner, key);
  room.desk.hear(guest, key);
  expect(room.input).toHaveLength(2);
  room.desk.hear(viewer, '{"type":"stream::disconnect","data":{}}');
  expect(room.lines.filter((line) => line.includes('control.input-passed-over'))).toEqual([expect.stringContaining('"count":2')]);
});

test('[CO7] clients that want to hear of control hear who is there at each change, and who they are', () => {
  const room = new Room();
  room.come(owner, 'owner', true);
  expect(room.sent).toEqual([
    {
      peer: owner,
      type: 'control::state',
      data: { you: owner, role: 'owner', controller: owner, peers: [{ id: owner, role: 'owner' }] },
    },
  ]);
  room.come(guest, 'control', true);
  const last = room.sent.at(-1);
  expect(last).toMatchObject({ peer: guest, data: { you: guest, role: 'control', controller: owner } });
  room.desk.hear(guest, '{"type":"control::request","data":{}}');
  expect(room.sent.at(-1)).toEqual({ peer: owner, type: 'control::requested', data: { peer: guest } });
  room.desk.hear(owner, JSON.stringify({ type: 'control::give', data: { peer: guest } }));
  expect(room.told()).toEqual({ [owner]: guest, [guest]: guest });
  room.desk.hear(owner, '{"type":"control::take","data":{}}');
  expect(room.told()).toEqual({ [owner]: owner, [guest]: owner });
});

test('[CO7] clients of the original protocol hear nothing of it', () => {
  const room = new Room();
  room.come(owner, 'owner', false);
  room.come(guest, 'control', true);
  room.desk.hear(guest, '{"type":"control::request","data":{}}');
  room.dispatch({ type: 'left', peer: guest, reason: 'left' });
  expect(room.sent.filter(({ peer }) => peer === owner)).toEqual([]);
});

test('[CO8] a guest that can’t ask takes control by what it does where nobody has it, and not otherwise', () => {
  const room = new Room();
  room.come(viewer, 'view', false);
  room.come(guest, 'control', false);
  for (const peer of [viewer, guest]) room.desk.hear(peer, key);
  expect(room.input).toHaveLength(1);
  expect(room.state?.controller).toBe(guest);
  room.come(owner, 'owner', true);
  room.desk.hear(guest, key);
  expect(room.input).toHaveLength(1);
  expect(room.state?.controller).toBe(owner);
});

test('[CO8] one that can ask does not take control by moving its mouse', () => {
  const room = new Room();
  room.come(guest, 'control', true);
  room.desk.hear(guest, key);
  expect(room.state?.controller).toBeNull();
  room.desk.hear(guest, '{"type":"control::take","data":{}}');
  room.desk.hear(guest, key);
  expect(room.input).toHaveLength(1);
});

const resize = (data: unknown): string => JSON.stringify({ type: 'screen::resize', data });

/** What the desk told of the screen, when it has told `count` times. */
async function toldOfScreen(room: Room, count: number): Promise<Room['sent']> {
  const told = () => room.sent.filter(({ type }) => type.startsWith('screen::'));
  await expect.poll(() => told().length).toBe(count);
  return told();
}

test('[SZ4] who is in control changes the screen, and hears what it is now or why it stays', async () => {
  const room = new Room();
  room.come(owner, 'owner', true);
  room.come(guest, 'control', true);
  room.desk.hear(owner, resize({ width: 801, height: 600 }));
  expect(await toldOfScreen(room, 1)).toEqual([
    { peer: owner, type: 'screen::resized', data: { width: 802, height: 600, fps: 60, density: 240 } },
  ]);
  room.desk.hear(guest, resize({ width: 640, height: 480 }));
  room.desk.hear(owner, resize({ width: 666, height: 600 }));
  const [, refused, kept] = await toldOfScreen(room, 3);
  expect(refused).toEqual({
    peer: guest,
    type: 'screen::refused',
    data: { message: 'Only who is in control can change the size.' },
  });
  expect(kept).toEqual({ peer: owner, type: 'screen::refused', data: { message: 'The application keeps its size.' } });
  expect(room.wishes).toEqual([
    { width: 802, height: 600 },
    { width: 666, height: 600 },
  ]);
});

test('[SZ4] a size that is none is refused with the reason, and asks nothing of the display', async () => {
  const room = new Room();
  room.come(owner, 'owner', true);
  const bad = [{ width: 0, height: 600 }, { width: -5, height: 1 }, { width: 1e9, height: 600 }, { height: 600 }, null, 'large'];
  for (const data of bad) room.desk.hear(owner, resize(data));
  const told = await toldOfScreen(room, bad.length);
  expect(told.every(({ type, peer }) => type === 'screen::refused' && peer === owner)).toBe(true);
  expect(told[0]?.data).toEqual({ message: expect.stringContaining('width') });
  expect(room.wishes).toEqual([]);
});

test('[SZ5] a client that turns its screen has the sides swapped, if it is in control', () => {
  const room = new Room();
  room.come(owner, 'owner', false);
  room.come(viewer, 'view', false);
  const turn = (orientation: string): string => JSON.stringify({ type: 'screen::change_orientation', data: { orientation } });
  room.desk.hear(owner, turn('reverse-portrait'));
  room.desk.hear(owner, turn('landscape'));
  room.desk.hear(viewer, turn('portrait'));
  room.desk.hear(owner, turn('upside-down'));
  expect(room.wishes).toEqual(['portrait', 'landscape']);
  expect(room.sent.filter(({ type }) => type.startsWith('screen::'))).toEqual([]);
});
