/** Reads what a stream of H.264 (ITU-T H.264, annex B) says of itself. */

/** Bits, the most significant first; Exp-Golomb codes as in section 9.1. */
class Bits {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(count: number): number {
    let value = 0;
    for (let taken = 0; taken < count; taken += 1) {
      value = value * 2 + ((this.#bytes.readUInt8(this.#at >> 3) >> (7 - (this.#at & 7))) & 1);
      this.#at += 1;
    }
    return value;
  }

  flag(): boolean {
    return this.take(1) === 1;
  }

  ue(): number {
    let zeros = 0;
    while (!this.flag()) zeros += 1;
    return 2 ** zeros - 1 + this.take(zeros);
  }
}

/** The NAL units of a byte stream, without the bytes that only keep start codes out of them. */
export function nalUnits(stream: Buffer): { type: number; payload: Buffer }[] {
  const starts: number[] = [];
  for (let at = stream.indexOf('000001', 0, 'hex'); at >= 0; at = stream.indexOf('000001', at + 3, 'hex')) starts.push(at + 3);
  return starts.map((start, index) => {
    const unit = stream.subarray(start, (starts[index + 1] ?? stream.length + 3) - 3);
    const payload = Buffer.from(
      unit
        .subarray(1)
        .toString('hex')
        .replaceAll(/((?:..)*?)000003/g, '$10000'),
      'hex',
    );
    return { type: unit.readUInt8(0) & 0x1f, payload };
  });
}

/** A sequence parameter set (section 7.3.2.1.1) of a baseline profile, as far as the picture's delay follows from it. */
export function readSps(payload: Buffer): {
  profile: number;
  maxReorderFrames: number | null;
  maxDecFrameBuffering: number | null;
} {
  const bits = new Bits(payload);
  const profile = bits.take(8);
  if (profile !== 66) throw new Error(`The profile is ${profile}, and only baseline ones are read here.`);
  bits.take(16);
  bits.ue();
  bits.ue();
  if (bits.ue() === 0) bits.ue();
  bits.ue();
  bits.take(1);
  bits.ue();
  bits.ue();
  if (!bits.flag()) bits.take(1);
  bits.take(1);
  if (bits.flag()) for (let edge = 0; edge < 4; edge += 1) bits.ue();
  const restriction = bits.flag() ? readVui(bits) : null;
  return { profile, maxReorderFrames: restriction?.[0] ?? null, maxDecFrameBuffering: restriction?.[1] ?? null };
}

/** The two numbers of frames at the end of the usability information (section E.1.1), where it has them. */
function readVui(bits: Bits): [number, number] | null {
  if (bits.flag() && bits.take(8) === 255) bits.take(32);
  if (bits.flag()) bits.take(1);
  if (bits.flag()) {
    bits.take(4);
    if (bits.flag()) bits.take(24);
  }
  if (bits.flag()) {
    bits.ue();
    bits.ue();
  }
  if (bits.flag()) bits.take(65);
  const hrd = [bits.flag() && readHrd(bits), bits.flag() && readHrd(bits)];
  if (hrd.includes(true)) bits.take(1);
  bits.take(1);
  if (!bits.flag()) return null;
  bits.take(1);
  for (let skipped = 0; skipped < 4; skipped += 1) bits.ue();
  return [bits.ue(), bits.ue()];
}

function readHrd(bits: Bits): true {
  const count = bits.ue() + 1;
  bits.take(8);
  for (let at = 0; at < count; at += 1) {
    bits.ue();
    bits.ue();
    bits.take(1);
  }
  bits.take(20);
  return true;
}
