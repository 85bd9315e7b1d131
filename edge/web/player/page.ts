/** The elements of index.html, each of the kind that it is there. */
export const page = {
  state: element('state', HTMLElement),
  tools: element('tools', HTMLElement),
  controlState: element('control-state', HTMLElement),
  control: element('control', HTMLButtonElement),
  shareView: element('share-view', HTMLButtonElement),
  shareControl: element('share-control', HTMLButtonElement),
  microphone: element('microphone', HTMLButtonElement),
  camera: element('camera', HTMLButtonElement),
  mute: element('mute', HTMLButtonElement),
  keyboard: element('keyboard', HTMLButtonElement),
  paste: element('paste', HTMLButtonElement),
  copy: element('copy', HTMLButtonElement),
  lock: element('lock', HTMLButtonElement),
  toggleStats: element('toggle-stats', HTMLButtonElement),
  fullscreen: element('fullscreen', HTMLButtonElement),
  end: element('end', HTMLButtonElement),
  stage: element('stage', HTMLElement),
  video: element('video', HTMLVideoElement),
  stats: element('stats', HTMLElement),
  sound: element('sound', HTMLButtonElement),
  hint: element('hint', HTMLElement),
  busy: element('busy', HTMLElement),
  busyText: element('busy-text', HTMLElement),
  cancel: element('cancel', HTMLButtonElement),
  card: element('card', HTMLElement),
  cardTitle: element('card-title', HTMLElement),
  message: element('message', HTMLElement),
  messageTitle: element('message-title', HTMLElement),
  messageAdvice: element('message-advice', HTMLElement),
  retry: element('retry', HTMLButtonElement),
  tokenForm: element('token-form', HTMLFormElement),
  token: element('token', HTMLInputElement),
  launchForm: element('launch-form', HTMLFormElement),
  app: element('app', HTMLSelectElement),
  size: element('size', HTMLSelectElement),
  codec: element('codec', HTMLSelectElement),
  liveCodec: element('live-codec', HTMLSelectElement),
  start: element('start', HTMLButtonElement),
  otherToken: element('other-token', HTMLButtonElement),
} as const;

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`index.html has no ${kind.name} with the id ${id}.`);
}
