import { access, constants } from 'node:fs/promises';
import type { Logger } from '#shared/log.ts';
import type { CameraLoan } from '#worker/session/desks/camera.ts';

/** The host's camera devices: each is one session's at a time. */
export class Cameras {
  readonly #free: Set<string>;
  readonly #log: Logger;

  constructor(paths: readonly string[], log: Logger) {
    this.#free = new Set(paths);
    this.#log = log;
  }

  /** Takes a device that is there and can be written. @returns null where there is none. */
  async lend(): Promise<CameraLoan | null> {
    for (const path of [...this.#free]) {
      // Another session may have come first meanwhile.
      if (!this.#free.delete(path)) continue;
      try {
        await access(path, constants.W_OK);
        return { path, giveBack: () => void this.#free.add(path) };
      } catch (error) {
        this.#free.add(path);
        this.#log.warn('camera.unusable', { path, error });
      }
    }
    return null;
  }
}
