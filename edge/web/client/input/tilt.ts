/** From upright to the right and to the bottom, -90 to 90 degrees each (Pointer Events). */
export interface Tilt {
  tiltX: number;
  tiltY: number;
}

/** What a browser says of how a pen is held: the tilt, the angles of its barrel, or both. */
export type Posture = Tilt & Partial<Pick<PointerEvent, 'altitudeAngle' | 'azimuthAngle'>>;

/** The tilt as the browser says it; where it says none, what follows from the angles. */
export function tiltOf({ tiltX, tiltY, altitudeAngle, azimuthAngle }: Posture): Tilt {
  if (tiltX !== 0 || tiltY !== 0 || altitudeAngle === undefined || azimuthAngle === undefined) return { tiltX, tiltY };
  return fromAngles(altitudeAngle, azimuthAngle);
}

/**
 * The conversion of Pointer Events Level 3, in whole degrees. `altitude`: from the surface (0) to upright (π/2); `azimuth`: clockwise from
 * the right. Radians. A pen that lies flat is tilted fully to each side that it points to.
 */
function fromAngles(altitude: number, azimuth: number): Tilt {
  const height = Math.tan(altitude);
  // Minus zero is zero.
  const tilt = (along: number): number => Math.round((Math.atan2(exactly(along), height) * 180) / Math.PI) + 0;
  return { tiltX: tilt(Math.cos(azimuth)), tiltY: tilt(Math.sin(azimuth)) };
}

/** The cosine of a right angle is not quite 0 in the computer's numbers, which would be a tilt of a pen that lies flat. */
const exactly = (along: number): number => (Math.abs(along) < 1e-9 ? 0 : along);
