import {
  attachInput,
  FarpaneError,
  FarpaneSession,
  Gateway,
  type JoinOptions,
  mayLiveOn,
  type SessionState,
} from '#web/farpane-client.ts';
import { setClipboard, takeCopied } from './clipboard.ts';
import { setCodecs, tellCodec, wantedCodecs } from './codec.ts';
import { forgetControl, setControl, takeControlNews } from './control.ts';
import { forgetDevices, setDevices, takeCameraWish, takeMicrophoneWish } from './devices.ts';
import { setFigures } from './figures.ts';
import { browser, tab } from './keep.ts';
import { type Chosen, chosen, offer, setLaunch } from './launch.ts';
import { page } from './page.ts';
import { forgetSession, forgetToken, keepSession, keepSize, keepToken, keptSession, keptSize, takeToken } from './remembered.ts';
import { offerSharing, setSharing, watchedShare } from './share.ts';
import { pictureSize, sizeChoices } from './size.ts';
import { offerSound, setStage } from './stage.ts';
import { askForToken, showNotice, showState } from './view.ts';
import { endNotice, failureNotice, type Notice } from './words.ts';

declare global {
  interface Window {
    /** The session that runs, or ran last: for looking at it from the console, and for tests. */
    farpane: FarpaneSession | undefined;
  }
}

/** How long a session waits for its page to come back, in minutes. */
const idleTimeMin = 5;
/** How long it waits in line where all slots are taken, in minutes. */
const waitMaxMin = 30;
const framesPerSecond = 60;

let token = takeToken(location, history, tab);
let retry: () => void = () => void loadApplications();

function say(notice: Notice | undefined, again?: () => void): void {
  showNotice(notice);
  retry = notice?.action === 'token' ? changeToken : (again ?? (() => void loadApplications()));
}

function changeToken(): void {
  token = undefined;
  forgetToken(tab);
  say(undefined);
  askForToken();
}

/** Fills the list of applications and says what became of that; `quietly`, where something else has been said already. */
async function loadApplications({ quietly = false } = {}): Promise<void> {
  if (token === undefined) {
    askForToken();
    return;
  }
  try {
    const applications = await new Gateway({ url: location.origin, token }).catalogue();
    offer(applications);
    if (!quietly) say(applications.length === 0 ? noApplications : undefined);
  } catch (error) {
    // Without a button there would be no way on.
    if (!quietly || page.retry.hidden) say(failureNotice(FarpaneError.from(error)));
  }
}

const noApplications: Notice = {
  kind: 'failure',
  title: 'No host offers an application now.',
  advice: 'The hosts may be starting. Try again in a moment.',
  action: 'retry',
  button: 'Try again',
};

/** What every session needs here, be it new or joined. */
function common(ownToken: string): Omit<JoinOptions, 'onState'> {
  const { screen, ...follow } = pictureSize(page.size.value, page.stage);
  return {
    gateway: location.origin,
    token: ownToken,
    video: page.video,
    screen: { ...screen, fps: framesPerSecond },
    codecs: wantedCodecs(),
    ...follow,
    onId: (id: string) => keepSession(tab, id),
    onMuted: offerSound,
    onControl: takeControlNews,
    onCopied: takeCopied,
    cursor: true,
    // Sent only when the user has pressed the button, which is there while the application takes it.
    microphone: true,
    onMicrophone: takeMicrophoneWish,
    camera: true,
    onCamera: takeCameraWish,
  };
}

function start(what: Chosen): void {
  if (token === undefined) {
    changeToken();
    return;
  }
  const again = () => start(what);
  say(undefined);
  run((onState) => FarpaneSession.start({ ...common(token ?? ''), ...what, idleTimeMin, waitMaxMin, onState }), again);
}

function join(id: string): void {
  if (token === undefined) {
    changeToken();
    return;
  }
  say(undefined);
  run(
    (onState) => FarpaneSession.join(id, { ...common(token ?? ''), onState }),
    () => join(id),
  );
}

function watch(connectUrl: string): void {
  say(undefined);
  const { video } = page;
  run(
    (onState) =>
      FarpaneSession.watch(connectUrl, {
        video,
        codecs: wantedCodecs(),
        onMuted: offerSound,
        onControl: takeControlNews,
        onCopied: takeCopied,
        cursor: true,
        onState,
      }),
    () => watch(connectUrl),
  );
}

function run(open: (onState: (state: SessionState) => void) => FarpaneSession, again: () => void): void {
  window.farpane?.disconnect();
  const session: FarpaneSession = open((state) => follow(state, again));
  window.farpane = session;
  follow(session.state, again);
}

function follow(state: SessionState, again: () => void): void {
  // With the form that they were in, people without a mouse would lose their place.
  const started = page.card.contains(document.activeElement);
  showState(state);
  if (started && !page.busy.hidden) page.busy.focus({ preventScroll: true });
  if (state.name === 'creating' || state.name === 'ended' || state.name === 'failed') forgetConnection();
  offerSharing(window.farpane?.id !== undefined);
  if (state.name === 'playing') {
    page.video.focus({ preventScroll: true });
    if (window.farpane !== undefined) void tellCodec(window.farpane);
  }
  if (state.name === 'ended') {
    forgetSession(tab);
    finish(endNotice(state.reason), state.reason === 'replaced' ? comeBack(again) : again);
  }
  if (state.name === 'failed') {
    const alive = mayLiveOn(state.error);
    if (!alive) discard();
    finish(failureNotice(state.error), alive ? comeBack(again) : again);
  }
}

function forgetConnection(): void {
  forgetControl();
  forgetDevices();
}

/** The way back into the session that was lost, or `again` where there was none yet. */
function comeBack(again: () => void): () => void {
  const id = window.farpane?.id;
  return id === undefined ? again : () => join(id);
}

/** A session that failed for good would hold its place on the host until its idle time is over. */
function discard(): void {
  forgetSession(tab);
  // What failed has been said already: that it can't be cleaned up either would help nobody.
  void window.farpane?.end().catch(() => undefined);
}

function finish(notice: Notice, again: () => void): void {
  if (document.fullscreenElement !== null) void document.exitFullscreen();
  document.exitPointerLock();
  say(notice, again);
  if (page.launchForm.hidden && notice.action !== 'token') void loadApplications({ quietly: true });
  (page.retry.hidden ? page.start : page.retry).focus();
}

/** Ends the session for good, and says so where the gateway could not be told. */
async function end(): Promise<void> {
  try {
    await window.farpane?.end();
  } catch (error) {
    say(failureNotice(FarpaneError.from(error)), () => void end());
  }
}

const size = keptSize(tab);
page.size.replaceChildren(...sizeChoices.map(({ value, label }) => new Option(label, value, false, value === size)));
page.size.addEventListener('change', () => keepSize(tab, page.size.value));
page.retry.addEventListener('click', () => retry());
page.otherToken.addEventListener('click', changeToken);
page.end.addEventListener('click', () => void end());
page.cancel.addEventListener('click', () => void end());
page.launchForm.addEventListener('submit', (event) => {
  event.preventDefault();
  start(chosen());
});
page.tokenForm.addEventListener('submit', (event) => {
  event.preventDefault();
  token = page.token.value.trim();
  keepToken(tab, token);
  void loadApplications();
});

setStage();
setLaunch();
setCodecs(browser, () => window.farpane);
setControl(() => window.farpane);
setClipboard(() => window.farpane);
setDevices(() => window.farpane);
setSharing(() => {
  const session = window.farpane?.id;
  if (token === undefined || session === undefined) return undefined;
  return { gateway: new Gateway({ url: location.origin, token }), session };
});
attachInput(page.video, (message) => window.farpane?.send(message));
setFigures(browser, () => (window.farpane?.state.name === 'playing' ? window.farpane : undefined));

const shared = watchedShare(location.hash, location.origin);
const running = token === undefined ? undefined : keptSession(tab);
if (shared !== undefined) watch(shared);
else if (running === undefined) void loadApplications();
else join(running);
