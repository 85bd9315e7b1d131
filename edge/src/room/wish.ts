import type { Config } from '#edge/config.ts';
import { linkOf } from '#edge/objects.ts';
import type { SessionPost } from '#shared/gateway.ts';
import type { Position } from '#shared/position.ts';
import type { TraceCarrier } from '#shared/trace.ts';
import type { Wish } from './decide/state.ts';

/** What is wanted of a session, as its room keeps it. */
export function wishOf(
  { links, peerGraceMs }: Pick<Config, 'links' | 'peerGraceMs'>,
  session: string,
  account: string,
  post: SessionPost,
  defaultIdleMin: number | null | undefined,
  trace: TraceCarrier | undefined,
  near: Position | undefined,
): Wish {
  const { app, app_version: appVersion, region, joinable, ephemeral, screen } = post;
  return {
    ...{ session, account, link: linkOf(session, links), app, appVersion, region, joinable, ephemeral, screen },
    ...{
      waitMaxMin: post.wait_max_min,
      extraData: post.extra_data,
      idleTimeMin: post.idle_time_min,
      defaultIdleMin,
      trace,
      near,
    },
    peerGraceMs: post.reconnect_sec === undefined ? peerGraceMs : post.reconnect_sec * 1000,
  };
}
