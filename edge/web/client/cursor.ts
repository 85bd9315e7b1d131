import { CursorShape } from '#shared/control/cursor.ts';
import { decodeJson } from '#shared/decode.ts';
import type { ControlInput, HostMessage } from './control.ts';

/**
 * The application's pointer, drawn by the browser over the picture: it moves with the hand, not with the stream. While the pointer is
 * locked, and where there is none, it is left to the picture.
 */
export class LocalCursor {
  readonly #video: HTMLVideoElement;
  readonly #send: (message: ControlInput) => void;
  #shape: CursorShape | undefined;
  #stop: (() => void) | undefined;

  constructor(video: HTMLVideoElement, send: (message: ControlInput) => void) {
    this.#video = video;
    this.#send = send;
  }

  /** The control channel is open. */
  begin(): void {
    this.end();
    const abort = new AbortController();
    const hover = matchMedia('(any-hover: hover)');
    let told = false;
    const tell = (): void => {
      const on = hover.matches && document.pointerLockElement !== this.#video;
      if (on === told) return;
      told = on;
      this.#shape = on ? this.#shape : undefined;
      this.#show();
      this.#send({ type: 'cursor::local', data: { on } });
    };
    document.addEventListener('pointerlockchange', tell, { signal: abort.signal });
    hover.addEventListener('change', tell, { signal: abort.signal });
    // The shape is as large as in the picture, however large that is shown.
    const sizes = new ResizeObserver(() => this.#show());
    sizes.observe(this.#video);
    this.#video.addEventListener('resize', () => this.#show(), { signal: abort.signal });
    this.#stop = () => {
      abort.abort();
      sizes.disconnect();
    };
    tell();
  }

  take({ type, data }: HostMessage): void {
    if (type !== 'cursor::shape' || typeof data !== 'string' || this.#stop === undefined) return;
    try {
      this.#shape = decodeJson(CursorShape, data, type);
    } catch {
      // A host of another version: the browser's own pointer will do.
      this.#shape = undefined;
    }
    this.#show();
  }

  /** The way to the host is lost. Idempotent. */
  end(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#shape = undefined;
    this.#show();
  }

  #show(): void {
    const { clientWidth, clientHeight, videoWidth, videoHeight } = this.#video;
    const scale = Math.min(clientWidth / videoWidth, clientHeight / videoHeight);
    const [exact, plain] = this.#shape === undefined ? ['', ''] : cssCursor(this.#shape, scale, videoWidth);
    this.#video.style.cursor = exact;
    // A browser that can't scale it takes it as it is.
    if (this.#video.style.cursor === '') this.#video.style.cursor = plain;
  }
}

/**
 * @param pictureScale how large the picture is shown. @param width of the picture, which may have fewer pixels than the display.
 * @returns the value of CSS's `cursor`, and one for browsers that don't know how to scale.
 */
export function cssCursor(shape: CursorShape, pictureScale: number, width: number): [exact: string, plain: string] {
  switch (shape.kind) {
    case 'image': {
      const scale = (pictureScale * width) / (shape.displayWidth ?? width);
      const url = `url("data:image/png;base64,${shape.png}")`;
      const plain = `${url} ${shape.hotX} ${shape.hotY}, auto`;
      if (!(scale > 0) || !Number.isFinite(scale) || Math.abs(scale - 1) < 0.01) return [plain, plain];
      const hot = [shape.hotX, shape.hotY].map((place) => Math.round(place * scale)).join(' ');
      return [`image-set(${url} ${(1 / scale).toFixed(3)}x) ${hot}, auto`, plain];
    }
    case 'hidden':
    case 'in-picture':
      return ['none', 'none'];
    case 'not-yours':
      return ['', ''];
    default:
      throw shape satisfies never;
  }
}
