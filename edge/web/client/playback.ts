/** What a page is told of the player's sound: whether the browser keeps it off until somebody clicks. */
export interface PlaybackEvents {
  /** The first picture of this stream can be seen. */
  readonly onPicture: () => void;
  /** The browser lets nothing sound without a click: playing goes on muted. */
  readonly onMuted: () => void;
}

/**
 * Shows `stream` in `video`. It starts with sound, and muted only where the browser demands it.
 *
 * @returns how to take it away again; idempotent.
 */
export function show(video: HTMLVideoElement, stream: MediaStream, { onPicture, onMuted }: PlaybackEvents): () => void {
  const abort = new AbortController();
  video.addEventListener('loadeddata', onPicture, { signal: abort.signal, once: true });
  video.playsInline = true;
  video.srcObject = stream;
  void play(video, abort.signal, onMuted);
  return () => {
    abort.abort();
    if (video.srcObject === stream) video.srcObject = null;
  };
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
