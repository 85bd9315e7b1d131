import { setLogEventListeners } from 'mediasoup';
import type { Logger } from '#shared/log.ts';
import { type MediaRoom, openRoom } from './room.ts';
import { WorkerPool, type WorkerPoolOptions } from './workers.ts';

export type MediaOptions = WorkerPoolOptions;

/** The media server of a host: worker processes, and a room a session on them. */
export interface Media {
  /**
   * `onLost` is called once if the room's worker dies, and the room with it. `log`: of the session that it is for; default: the host's.
   *
   * @throws AppError `media_failed` while no worker runs.
   */
  createRoom(onLost?: () => void, log?: Logger): Promise<MediaRoom>;
  /** Ends every room and every process. Resolves when they are gone. */
  close(): Promise<void>;
}

/**
 * Starts the worker processes and opens their ports.
 *
 * @throws AppError `media_failed` when a process can't be started or a port is taken.
 */
export async function startMedia(options: MediaOptions): Promise<Media> {
  listenToMediasoup(options.log);
  const pool = new WorkerPool(options);
  await pool.start();
  return {
    createRoom: async (onLost, log = options.log) => {
      const { media, release } = pool.take();
      try {
        return await openRoom({ ...media, log, onClosed: release, onLost: onLost ?? (() => undefined) });
      } catch (error) {
        release();
        throw error;
      }
    },
    close: () => pool.close(),
  };
}

/** mediasoup has one place for its logs in a process. Its warnings are about single packets, mostly. */
function listenToMediasoup(log: Logger): void {
  setLogEventListeners({
    onwarn: (namespace, text) => log.debug('media.warning', { namespace, text }),
    onerror: (namespace, text, error) => log.warn('media.error', { namespace, text, ...(error ? { error } : {}) }),
  });
}
