import type { CodedPicture } from './sources.ts';

/** A pipeline that runs. After its end nothing of this does anything. */
export interface Pipeline {
  /** A keyframe comes with the next frame, but at most one in 30 ms. */
  requestKeyframe(): void;
  setBitrateKbps(kbps: number): void;
  /** Codes nothing while it is on: frames of that time are dropped, before they are coded. */
  hold(on: boolean): void;
  /** Codes fewer frames or pixels than the display has, or all of them again. */
  setPicture(picture: CodedPicture): void;
  /** Frees what it holds. Idempotent. */
  stop(): Promise<void>;
}
