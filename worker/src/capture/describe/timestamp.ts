/**
 * The RTP time stamp of this moment, by the clock that all processes of this machine have in common. A pipeline that takes the place of
 * another begins with it, so that a receiver sees a gap and not a leap: time stamps that leap make it throw away what it knows of the
 * sender's clock.
 *
 * @param clockRate of the payload format, in Hz.
 */
export const rtpTimestamp = (clockRate: number): number =>
  // The highest number means a random one to the payloaders.
  Number(((process.hrtime.bigint() * BigInt(clockRate)) / 1_000_000_000n) % 0xff_ff_ff_ffn);
