/**
 * The X keysym of a character (X11 protocol, appendix A: Latin-1 as it is, others by their Unicode number), or undefined for one that
 * no key types.
 */
export function keysymOf(character: string): number | undefined {
  const point = character.codePointAt(0);
  if (point === undefined) return undefined;
  const control = controls.get(point);
  if (control !== undefined) return control;
  if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return undefined;
  // Half of a surrogate pair is no character.
  if (point >= 0xd800 && point < 0xe000) return undefined;
  return point < 0x100 ? point : 0x0100_0000 + point;
}

/** BackSpace, Tab, Return, Escape, Delete. */
const controls: ReadonlyMap<number, number> = new Map([
  [0x08, 0xff08],
  [0x09, 0xff09],
  [0x0a, 0xff0d],
  [0x0d, 0xff0d],
  [0x1b, 0xff1b],
  [0x7f, 0xffff],
]);
