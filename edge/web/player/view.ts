import type { SessionState } from '#web/farpane-client.ts';
import { page } from './page.ts';
import { type Notice, stateWords } from './words.ts';

const cancelWords: Partial<Record<SessionState['name'], string>> = { reconnecting: 'Give up', waiting: 'Leave the line' };

/** Whether the stage shows a picture, be it the last one of a stream that is lost. */
let pictured = false;

/** Shows how the session stands: the picture, what is being waited for, or the card to start from. */
export function showState(state: SessionState): void {
  page.state.textContent = stateWords(state);
  page.state.dataset['state'] = state.name;
  const over = state.name === 'idle' || state.name === 'ended' || state.name === 'failed';
  const picture = state.name === 'playing' || state.name === 'reconnecting';
  pictured = picture && (pictured || state.name === 'playing');
  page.card.hidden = !over;
  page.busy.hidden = over || state.name === 'playing';
  page.busy.classList.toggle('over-picture', pictured);
  page.busyText.textContent = stateWords(state);
  page.cancel.textContent = cancelWords[state.name] ?? 'Cancel';
  page.tools.hidden = !picture;
  page.liveCodec.disabled = state.name !== 'playing';
  page.stage.classList.toggle('has-picture', picture);
  page.video.hidden = over;
  if (over) page.sound.hidden = true;
  document.title = state.name === 'playing' ? 'Playing · Farpane' : 'Farpane';
}

/** Shows or clears what there is to say above the forms. */
export function showNotice(notice: Notice | undefined): void {
  page.message.hidden = notice === undefined;
  if (notice === undefined) return;
  page.message.dataset['kind'] = notice.kind;
  page.messageTitle.textContent = notice.title;
  page.messageAdvice.textContent = notice.advice;
  page.retry.textContent = notice.button;
  page.retry.hidden = notice.action === 'none';
}

/** Shows the field for a token. */
export function askForToken(): void {
  page.launchForm.hidden = true;
  page.tokenForm.hidden = false;
  page.cardTitle.textContent = 'Enter your access token';
  page.token.value = '';
  page.token.focus();
}
