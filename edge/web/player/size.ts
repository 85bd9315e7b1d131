export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** What a person may choose. `fit`: as large as the window, within the limits. */
export const sizeChoices = [
  { value: 'fit', label: 'Fit the window, up to 1080p', limit: { width: 1920, height: 1080 } },
  { value: '1280x720', label: '1280 × 720', size: { width: 1280, height: 720 } },
  { value: '1920x1080', label: '1920 × 1080', size: { width: 1920, height: 1080 } },
  { value: 'fit-4k', label: 'Fit the window, up to 4K', limit: { width: 3840, height: 2160 } },
] as const;

/** No application is of use below this. */
const least: PictureSize = { width: 320, height: 240 };

/** The size to ask for: `choice` of {@link sizeChoices} (the first where it is none of them), `stage` in CSS pixels. */
export function pictureSize(choice: string, stage: PictureSize): PictureSize {
  const chosen = sizeChoices.find(({ value }) => value === choice) ?? sizeChoices[0];
  return 'size' in chosen ? chosen.size : within(stage, chosen.limit);
}

/** `stage` with its shape kept, within `limit`; even, as 4:2:0 video must be. */
function within(stage: PictureSize, limit: PictureSize): PictureSize {
  const scale = Math.min(1, limit.width / stage.width, limit.height / stage.height);
  return {
    width: even(Math.max(least.width, Math.min(limit.width, stage.width * scale))),
    height: even(Math.max(least.height, Math.min(limit.height, stage.height * scale))),
  };
}

const even = (pixels: number): number => Math.floor(pixels / 2) * 2;
