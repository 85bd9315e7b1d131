import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import { type Capture, startCapture } from '#worker/capture/capture.ts';

/** A capture that dies more often than this within the window won't get better by another start. */
const mostFailures = 3;
const windowMs = 30_000;

export interface CaptureKeeperOptions {
  gstreamerPlugins: string;
  /** The words before the command line that put the process where the display is, and give it its priority. */
  enter: readonly string[];
  log: Logger;
  /** The pipelines are gone; the next {@link CaptureKeeper.current} is a new process. */
  onRestart: () => void;
  onFailure: (error: AppError) => void;
}

/** Keeps a session's capture process: one that dies is replaced, unless it keeps dying. */
export class CaptureKeeper {
  readonly #options: CaptureKeeperOptions;
  readonly #failures: number[] = [];
  #capture: Promise<Capture> | null = null;
  #closed = false;
  /** Frames that processes have encoded which run no more. */
  #pastFrames = 0;

  constructor(options: CaptureKeeperOptions) {
    this.#options = options;
  }

  /** The process that runs now; started where there is none. */
  current(): Promise<Capture> {
    if (this.#closed) return Promise.reject(new AppError('session_ended'));
    this.#capture ??= this.#start();
    return this.#capture;
  }

  /** A pipeline failed, or the process died. */
  failed(error: AppError): void {
    if (this.#closed) return;
    const now = Date.now();
    this.#failures.push(now);
    while ((this.#failures[0] ?? now) < now - windowMs) this.#failures.shift();
    const old = this.#capture;
    this.#capture = null;
    void old?.then((capture) => this.#retire(capture)).catch(() => undefined);
    if (this.#failures.length > mostFailures) {
      this.#options.onFailure(error);
      return;
    }
    this.#options.log.warn('capture.restarted', { failures: this.#failures.length, error });
    this.#options.onRestart();
  }

  /** What was encoded in all, and the bitrate that is aimed at now. Of a process that died, what it said last. */
  async figures(): Promise<{ framesEncoded: number; targetKbps: number }> {
    const capture = await this.#capture?.catch(() => undefined);
    const frames = (await capture?.framesEncoded()) ?? 0;
    return { framesEncoded: this.#pastFrames + frames, targetKbps: capture?.targetKbps() ?? 0 };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#capture?.then((capture) => capture.close()).catch(() => undefined);
  }

  async #retire(capture: Capture): Promise<void> {
    this.#pastFrames += await capture.framesEncoded();
    await capture.close();
  }

  #start(): Promise<Capture> {
    const starting: Promise<Capture> = startCapture({
      log: this.#options.log,
      gstreamerPluginPath: this.#options.gstreamerPlugins,
      enter: this.#options.enter,
      onFailure: (error) => {
        // What a process that was replaced already still has to say is old news.
        if (this.#capture === starting) this.failed(error);
      },
    });
    return starting;
  }
}
