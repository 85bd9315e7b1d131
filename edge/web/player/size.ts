import type { Screen } from '#shared/screen.ts';
import type { FollowOptions } from '#web/farpane-client.ts';

/** What a person may choose. With a `limit` the picture is as large as the window, and follows it. */
export const sizeChoices = [
  { value: 'fit', label: 'Follow the window, up to 1080p', limit: { width: 1920, height: 1080 } },
  { value: '1280x720', label: '1280 × 720', size: { width: 1280, height: 720 } },
  { value: '1920x1080', label: '1920 × 1080', size: { width: 1920, height: 1080 } },
  { value: 'fit-4k', label: 'Follow the window, up to 4K', limit: { width: 3840, height: 2160 } },
] as const;

/** A picture that the window does not size is that of a usual monitor. Dots an inch. */
const density = 96;

/** What a choice (the first where it is none) asks for: a picture of one size, or one that is as large as `stage`. */
export function pictureSize(choice: string, stage: Element): { screen: Partial<Screen>; follow?: FollowOptions } {
  const chosen = sizeChoices.find(({ value }) => value === choice) ?? sizeChoices[0];
  return 'size' in chosen
    ? { screen: { ...chosen.size, density } }
    : { screen: {}, follow: { element: stage, limit: chosen.limit } };
}
