import type { types } from 'mediasoup';
import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import { Bridges } from './bridges.ts';
import { type IngestCodec, routerCodecs } from './codecs.ts';
import { orMediaFailed } from './failure.ts';
import { type Ingest, type OpenIngest, openIngest, type Source } from './ingest.ts';
import { type Lane, type Layer, Layers } from './layers.ts';
import { openOutlet } from './outlet.ts';
import { type AnsweredStream, type AnswerPeerOptions, answerPeer } from './peers/answering-peer.ts';
import { createPeer } from './peers/offering-peer.ts';
import type { AnsweringPeer, ClientOptions, OfferingPeer, Peer, PeerFigures, PeerOptions } from './peers/peer.ts';
import type { UpLink, UpLinkName } from './uplink.ts';
import type { MediaWorker } from './workers.ts';

export type {
  AnsweredStream,
  ClientOptions,
  Ingest,
  IngestCodec,
  Lane,
  Layer,
  OfferingPeer,
  Peer,
  PeerFigures,
  PeerOptions,
  Source,
  UpLink,
  UpLinkName,
};

/** The media of one session: a mediasoup router. One encoded stream in it serves every peer. */
export interface MediaRoom {
  /** Opens the way in for a stream; RTP may start to come afterwards. */
  openIngest(codec: IngestCodec): Promise<Ingest>;
  /** Opens a way of its own for one peer, on which it can be moved between an ingest's stream and a low one of the same codec. */
  openLane(main: Ingest): Promise<Lane>;
  /** Opens the way in for the low stream beside that of an ingest with lanes; another one in its place may follow when it is closed. */
  openLow(main: Ingest): Promise<Ingest>;
  /** Makes the offer of a new client. */
  createPeer(options: PeerOptions): Promise<OfferingPeer>;
  /** Answers the offer of a new client (see `sdp/client-offer.ts` and `sdp/choose.ts`, which read it). */
  answerPeer(options: AnswerPeerOptions): Promise<AnsweringPeer>;
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
  const layered = new Map<Ingest, Promise<Layers>>();
  const sources = new Map<Source, types.Producer>();
  const room = await orMediaFailed(
    openOutlet(router, async (source) => {
      const producer = sources.get(source);
      if (producer === undefined) throw new AppError('internal', { message: 'The stream is of another room.' });
      return producer;
    }),
  );
  const keep = (source: Source, producer: types.Producer): void => {
    sources.set(source, producer);
    producer.observer.once('close', () => sources.delete(source));
  };
  const layersOf = (ingest: Ingest): Promise<Layers> => {
    const main = ingests.get(ingest);
    if (main === undefined) throw new AppError('internal', { message: 'The ingest is of another room.' });
    const known = layered.get(ingest) ?? Layers.open(router, main);
    layered.set(ingest, known);
    const forget = (): unknown => layered.delete(ingest);
    known.then((layers) => layers.onceClosed(forget), forget);
    return known;
  };
  const bridges = new Bridges(worker, room);
  const peers = new Set<Peer>();

  return {
    openIngest: async (codec) => {
      const ingest = await orMediaFailed(openIngest(router, codec));
      ingests.set(ingest, ingest);
      keep(ingest, ingest.producer);
      ingest.producer.observer.once('close', () => ingests.delete(ingest));
      return ingest;
    },
    openLane: async (main) => {
      const lane = await orMediaFailed(layersOf(main).then((layers) => layers.openLane()));
      keep(lane, lane.producer);
      return lane;
    },
    openLow: (main) => orMediaFailed(layersOf(main).then((layers) => layers.openLow())),
    createPeer: async (options) => {
      const peer = await orMediaFailed(
        createPeer(options, { outlet: room, server, log: log.child({ peer: options.id }), onClosed: () => peers.delete(peer) }),
      );
      peers.add(peer);
      return peer;
    },
    answerPeer: async (options) => {
      const { outlet, release } = await orMediaFailed(bridges.take(options.streams.map(({ stream }) => stream)));
      const onClosed = (): void => {
        peers.delete(peer);
        release();
      };
      const answering = answerPeer(options, { outlet, server, log: log.child({ peer: options.id }), onClosed });
      const peer: AnsweringPeer = await orMediaFailed(answering).catch((error: unknown) => {
        release();
        throw error;
      });
      peers.add(peer);
      return peer;
    },
    close: () => {
      // Before the router: a peer whose router closes under it would report a failure.
      for (const peer of peers) peer.close();
      bridges.close();
      router.close();
    },
  };
}
