import { lastFrame } from './last-frame.ts';

/** What a page is told of the player's sound: whether the browser keeps it off until somebody clicks. */
export interface PlaybackEvents {
  /** The first picture of this stream can be seen. */
  readonly onPicture: () => void;
  /** The browser lets nothing sound without a click: playing goes on muted. */
  readonly onMuted: () => void;
}

/** What a session shows in its video element: one stream after the other, and between two of them the last frame of the first. */
export class Playback {
  readonly #video: HTMLVideoElement;
  #stream: MediaStream | undefined;
  #abort = new AbortController();
  /** The page's own poster, while the last frame has its place. */
  #poster: string | undefined;

  constructor(video: HTMLVideoElement) {
    this.#video = video;
  }

  /** Shows `stream`. It starts with sound, and muted only where the browser demands it. */
  show(stream: MediaStream, { onPicture, onMuted }: PlaybackEvents): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const seen = (): void => {
      this.#release();
      onPicture();
    };
    this.#video.addEventListener('loadeddata', seen, { signal, once: true });
    this.#video.playsInline = true;
    this.#stream = stream;
    this.#video.srcObject = stream;
    void play(this.#video, signal, onMuted);
  }

  /** The stream is lost and another may follow: what was seen last stays, in the size that it had. Nothing is told of the lost one. */
  hold(): void {
    this.#abort.abort();
    if (!this.#isOurs) return;
    const frame = lastFrame(this.#video);
    if (frame !== undefined) {
      this.#poster ??= this.#video.getAttribute('poster') ?? '';
      // The video's own place for a picture while it has none: it lies, scales and leaves as the stream's pictures do.
      this.#video.poster = frame;
    }
    // Browsers show the poster in place of no stream, and black in place of one that is over.
    this.#take();
  }

  /** Nothing is shown any more. Idempotent. */
  clear(): void {
    this.#abort.abort();
    this.#release();
    if (this.#isOurs) this.#take();
  }

  #take(): void {
    this.#video.srcObject = null;
    this.#stream = undefined;
  }

  /** Another session may play in this video by now. */
  get #isOurs(): boolean {
    return this.#stream !== undefined && this.#video.srcObject === this.#stream;
  }

  #release(): void {
    if (this.#poster === '') this.#video.removeAttribute('poster');
    else if (this.#poster !== undefined) this.#video.poster = this.#poster;
    this.#poster = undefined;
  }
}

async function play(video: HTMLVideoElement, signal: AbortSignal, onMuted: () => void): Promise<void> {
  try {
    await video.play();
  } catch (error) {
    // An AbortError means that another stream took over: nothing to do. NotAllowedError is the autoplay policy.
    if (signal.aborted || !(error instanceof DOMException) || error.name !== 'NotAllowedError' || video.muted) return;
    video.muted = true;
    onMuted();
    await play(video, signal, onMuted);
  }
}
