import type { ControlNews, FarpaneSession } from '#web/farpane-client.ts';
import { page } from './page.ts';

type ControlState = Extract<ControlNews, { type: 'state' }>['state'];

/** What is said of control, and what the button beside it does. */
export interface ControlView {
  readonly text: string;
  readonly button: { readonly label: string; readonly act: { type: 'give'; peer: string } | { type: 'take' | 'ask' } } | null;
}

/**
 * How control is shown to this client; undefined where it is alone, for then there is nothing to say.
 *
 * @param asking the client that asked last.
 */
export function controlView({ you, role, controller, peers }: ControlState, asking: string | undefined): ControlView | undefined {
  const ask = asking !== undefined && asking !== controller && peers.some(({ id }) => id === asking) ? asking : undefined;
  const give = { label: 'Give control', act: { type: 'give', peer: ask ?? '' } } as const;
  if (controller === you) {
    if (peers.length < 2) return undefined;
    return ask === undefined ? { text: 'You are in control', button: null } : { text: 'A guest asks for control', button: give };
  }
  if (role === 'owner') return { text: 'A guest is in control', button: { label: 'Take control back', act: { type: 'take' } } };
  if (role === 'view') return { text: 'You are watching', button: null };
  const text = controller === null ? 'Nobody is in control' : 'Someone else is in control';
  return { text, button: { label: controller === null ? 'Take control' : 'Ask for control', act: { type: 'ask' } } };
}

let state: ControlState | undefined;
let asking: string | undefined;

/** Takes what the host says of control. */
export function takeControlNews(news: ControlNews): void {
  if (news.type === 'requested') asking = news.peer;
  else {
    // Who got it has nothing to ask for any more.
    if (news.state.controller === asking) asking = undefined;
    state = news.state;
  }
  show();
}

/** There is no connection any more of which anything could be said. */
export function forgetControl(): void {
  state = undefined;
  asking = undefined;
  show();
}

/** Makes the button act on `session()`. */
export function setControl(session: () => FarpaneSession | undefined): void {
  page.control.addEventListener('click', () => {
    const act = view()?.button?.act;
    if (act?.type === 'give') session()?.giveControl(act.peer);
    if (act?.type === 'take') session()?.takeControl();
    if (act?.type === 'ask') session()?.requestControl();
    page.video.focus();
  });
}

const view = (): ControlView | undefined => (state === undefined ? undefined : controlView(state, asking));

function show(): void {
  const shown = view();
  page.controlState.hidden = shown === undefined;
  page.controlState.textContent = shown?.text ?? '';
  page.control.hidden = (shown?.button ?? null) === null;
  page.control.textContent = shown?.button?.label ?? '';
}
