import { SizeFollower } from './follow.ts';
import { Gateway } from './gateway.ts';
import type { JoinOptions } from './options.ts';

/** What a session's options say of the way to it, and of the size of its picture. */

export type Follower = SizeFollower | undefined;

export const followerOf = ({ follow, video }: JoinOptions): Follower =>
  follow === undefined ? undefined : new SizeFollower(follow.element ?? video, follow.limit);

export const wayOptions = ({ screen, onId }: JoinOptions, follower: Follower) => ({
  onId,
  screen: () => {
    const size = follower?.take();
    return size === undefined ? screen : { ...screen, ...size };
  },
});

export const gatewayOf = ({ gateway, token }: JoinOptions): Gateway => new Gateway({ url: gateway, token });
