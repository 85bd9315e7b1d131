import type { ControlRequested, ControlState } from '#shared/control/roles.ts';
import type { ScreenRefused, ScreenResized } from '#shared/control/screen.ts';
import type { ApplicationMessage, ControlMessage } from '#shared/control.ts';
import { decode } from '#shared/decode.ts';
import { AppError } from '#shared/errors.ts';
import type { PeerId } from '#shared/ids.ts';
import type { Logger } from '#shared/log.ts';
import { type Screen, ScreenResize } from '#shared/screen.ts';
import { present } from '#worker/session/control-state.ts';
import type { RunningState, SessionEvent } from '#worker/session/state.ts';
import { controlReader } from './control.ts';

export interface ControlDeskOptions {
  /** The session as it is; null while no client can be there. */
  state: () => RunningState | null;
  /** What the client in control does. */
  onMessage: (peer: PeerId, message: ApplicationMessage) => void;
  screen: ScreenWishes;
  /** A client draws its own pointer from now on, or that of others, or does so no more. */
  onCursor: (peer: PeerId, whose: 'local' | 'remote', on: boolean) => void;
  /** Sends on a client's control channel. */
  send: (peer: PeerId, type: string, data: string) => void;
  dispatch: (event: SessionEvent) => void;
  log: Logger;
}

/** Where what the client in control wishes of the screen goes. */
export interface ScreenWishes {
  /** @returns the screen as it is then. @throws AppError why it stays as it is. */
  change: (wish: ScreenResize) => Promise<Screen>;
  /** Swaps the sides where it is held the other way. */
  turn: (way: 'landscape' | 'portrait') => Promise<Screen>;
}

interface Client {
  read: (text: string) => void;
  /** It wants to hear who is in control, and may ask for it. */
  roles: boolean;
  /** Its channel is open. */
  open: boolean;
  /** Input that came while others were in control. */
  passedOver: number;
}

/** Hears what clients say on their control channels, and tells them who is in control. */
export class ControlDesk {
  readonly #options: ControlDeskOptions;
  readonly #clients = new Map<PeerId, Client>();

  constructor(options: ControlDeskOptions) {
    this.#options = options;
  }

  /** A client is served. `roles`: it wants to hear who is in control. */
  add(peer: PeerId, { roles }: { roles: boolean }): void {
    const read = controlReader(this.#options.log.child({ peer }), (message) => this.#act(peer, message));
    this.#clients.set(peer, { read, roles, open: false, passedOver: 0 });
  }

  remove(peer: PeerId): void {
    const count = this.#clients.get(peer)?.passedOver ?? 0;
    if (count > 0) this.#options.log.info('control.input-passed-over', { peer, count });
    this.#clients.delete(peer);
  }

  /** The client's channel is open: it hears how things are. */
  opened(peer: PeerId): void {
    const client = this.#clients.get(peer);
    if (client === undefined) return;
    client.open = true;
    this.#tell(peer);
  }

  /** A message of a client, not yet parsed. */
  hear(peer: PeerId, text: string): void {
    this.#clients.get(peer)?.read(text);
  }

  /** Who is there, or in control, has changed. */
  tellAll(): void {
    for (const peer of this.#clients.keys()) this.#tell(peer);
  }

  /** `peer` asks for control. */
  tellRequest(peer: PeerId, to: readonly PeerId[]): void {
    const data = JSON.stringify({ peer } satisfies ControlRequested);
    for (const id of to) if (this.#hears(id)) this.#options.send(id, 'control::requested', data);
  }

  #tell(peer: PeerId): void {
    const state = this.#options.state();
    if (state === null || !this.#hears(peer)) return;
    const peers = present(state);
    const you = peers.find(({ id }) => id === peer);
    if (you === undefined) return;
    const data = { you: peer, role: you.role, controller: state.controller, peers } satisfies ControlState;
    this.#options.send(peer, 'control::state', JSON.stringify(data));
  }

  #hears(peer: PeerId): boolean {
    const client = this.#clients.get(peer);
    return client?.roles === true && client.open;
  }

  #act(peer: PeerId, message: ControlMessage): void {
    const { dispatch } = this.#options;
    switch (message.type) {
      case 'stream::disconnect':
        dispatch({ type: 'left', peer, reason: 'left' });
        return;
      case 'control::request':
        dispatch({ type: 'control-requested', peer });
        return;
      case 'control::give':
        dispatch({ type: 'control-given', by: peer, to: message.data.peer });
        return;
      case 'control::take':
        dispatch({ type: 'control-taken', by: peer });
        return;
      case 'cursor::local':
        this.#options.onCursor(peer, 'local', message.data.on);
        return;
      case 'cursor::remote':
        this.#options.onCursor(peer, 'remote', message.data.on);
        return;
      case 'screen::resize':
        void this.#resize(peer, message.data);
        return;
      case 'screen::change_orientation':
        if (this.#inControl(peer)) void this.#turn(message.data.orientation.includes('portrait') ? 'portrait' : 'landscape');
        return;
      default:
        this.#input(peer, message);
    }
  }

  /** The wish is answered, for its client can know nothing of the application's limits. */
  async #resize(peer: PeerId, wish: unknown): Promise<void> {
    const { screen, send } = this.#options;
    try {
      if (!this.#inControl(peer)) throw new AppError('forbidden', { message: 'Only who is in control can change the size.' });
      const now = await screen.change(decode(ScreenResize, wish, 'size', 'invalid_request'));
      send(peer, 'screen::resized', JSON.stringify(now satisfies ScreenResized));
    } catch (error) {
      const { message } = AppError.from(error);
      send(peer, 'screen::refused', JSON.stringify({ message } satisfies ScreenRefused));
    }
  }

  /** Clients that turn the screen expect no answer. */
  async #turn(way: 'landscape' | 'portrait'): Promise<void> {
    const { screen, log } = this.#options;
    await screen.turn(way).catch((error: unknown) => log.info('screen.not-changed', { error }));
  }

  #inControl(peer: PeerId): boolean {
    return this.#options.state()?.controller === peer;
  }

  #input(peer: PeerId, message: ApplicationMessage): void {
    const client = this.#clients.get(peer);
    if (client === undefined) return;
    // Clients that know nothing of control can't ask for it: what they do takes it, where nobody has it.
    const takes = message.type.startsWith('input::') && !client.roles && this.#options.state()?.controller === null;
    if (takes) this.#options.dispatch({ type: 'control-taken', by: peer });
    if (this.#inControl(peer)) this.#options.onMessage(peer, message);
    else client.passedOver += 1;
  }
}
