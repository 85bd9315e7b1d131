import type { types } from 'mediasoup';
import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import { type IngestCodec, peerCapabilities, routerCodecs } from './codecs.ts';
import { orMediaFailed } from './failure.ts';
import { type Ingest, type OpenIngest, openIngest } from './ingest.ts';
import { createPeer, type Peer, type PeerOptions } from './peer.ts';
import type { MediaWorker } from './workers.ts';

export type { Ingest, IngestCodec, Peer, PeerOptions };

/** The media of one session: a mediasoup router. One encoded stream in it serves every peer. */
export interface MediaRoom {
  /** Opens the way in for a stream; RTP may start to come afterwards. */
  openIngest(codec: IngestCodec): Promise<Ingest>;
  /** Makes the offer of a new client. */
  createPeer(options: PeerOptions): Promise<Peer>;
  /** Ends the ingests and the peers too. Idempotent. */
  close(): void;
}

export interface RoomOptions extends MediaWorker {
  log: Logger;
  /** The router has closed: asked to, or because its worker died. */
  onClosed: () => void;
  /** Its worker died. */
  onLost: () => void;
}

/**
 * Opens a room on a worker. Its calls throw AppError `media_failed` where the worker does not do what it is asked to, for example
 * because it has died.
 */
export async function openRoom({ worker, server, log, onClosed, onLost }: RoomOptions): Promise<MediaRoom> {
  const router = await orMediaFailed(worker.createRouter({ mediaCodecs: routerCodecs }));
  router.observer.once('close', onClosed);
  router.once('workerclose', onLost);
  const ingests = new Map<Ingest, OpenIngest>();
  // Messages of all peers' data channels come out here, and all that is sent goes through consumers of `silence` (see channels.ts).
  const direct = await orMediaFailed(router.createDirectTransport());
  const silence = await orMediaFailed(direct.produceData());
  const capabilities = peerCapabilities(router.rtpCapabilities);
  const peers = new Set<Peer>();

  const producerOf = (ingest: Ingest): types.Producer => {
    const producer = ingests.get(ingest)?.producer;
    if (producer === undefined) throw new AppError('internal', { message: 'The ingest is of another room.' });
    return producer;
  };

  return {
    openIngest: async (codec) => {
      const ingest = await orMediaFailed(openIngest(router, codec));
      ingests.set(ingest, ingest);
      ingest.producer.observer.once('close', () => ingests.delete(ingest));
      return ingest;
    },
    createPeer: async (options) => {
      const peer = await orMediaFailed(
        createPeer({
          ...options,
          router,
          server,
          direct,
          silence,
          capabilities,
          producerOf,
          log: log.child({ peer: options.id }),
          onClosed: () => peers.delete(peer),
        }),
      );
      peers.add(peer);
      return peer;
    },
    close: () => {
      // Before the router: a peer whose router closes under it would report a failure.
      for (const peer of peers) peer.close();
      router.close();
    },
  };
}
