import { SizeFollower } from './follow.ts';
import { Gateway } from './gateway.ts';
import type { JoinOptions, PlayOptions, StartOptions } from './options.ts';

/** What a session's options say of the session, of the way to it, and of the size of its picture. */

export type Follower = SizeFollower | undefined;

export const followerOf = ({ follow, video }: JoinOptions): Follower =>
  follow === undefined ? undefined : new SizeFollower(follow.element ?? video, follow.limit);

export const wayOptions = ({ screen, onId }: JoinOptions, follower: Follower) => ({
  onId,
  screen: () => {
    const sharp = follower?.take();
    return sharp === undefined ? screen : { ...screen, ...sharp };
  },
});

/** What is wanted of a connection but its codecs, and what nothing was said of as it is then. */
export const wantedOf = ({ dataChannels, audio, microphone, camera, onControl }: PlayOptions) => ({
  dataChannels: dataChannels ?? [],
  audio: audio ?? true,
  microphone: microphone ?? false,
  camera: camera ?? false,
  roles: onControl !== undefined,
});

/** The body of the POST that creates it, but for the screen. */
export const postOf = ({ app, appVersion, region, idleTimeMin, waitMaxMin, reconnectSec, extraData }: StartOptions) => ({
  app,
  region: region ?? '',
  ...(appVersion === undefined ? {} : { app_version: appVersion }),
  joinable: idleTimeMin !== undefined,
  ...(idleTimeMin === undefined ? {} : { idle_time_min: idleTimeMin }),
  ...(waitMaxMin === undefined ? {} : { wait_max_min: waitMaxMin }),
  ...(reconnectSec === undefined ? {} : { reconnect_sec: reconnectSec }),
  extra_data: extraData ?? null,
});

export const gatewayOf = ({ gateway, token }: JoinOptions): Gateway => new Gateway({ url: gateway, token });
