import { z } from 'zod';
import { Screen } from '#shared/screen.ts';

/**
 * An addition: the picture is to have another size. From who is in control. `data` is a ScreenResize, which whoever hears this
 * reads: what is wrong with it is told.
 */
export const ScreenResizeMessage = z.object({ type: z.literal('screen::resize'), data: z.unknown() });

/** Of the original's clients until 1.29: the screen is held another way. */
export const ChangeOrientation = z.object({
  type: z.literal('screen::change_orientation'),
  data: z.object({ orientation: z.enum(['portrait', 'landscape', 'reverse-portrait', 'reverse-landscape']) }),
});

/** The answer to `screen::resize`: the screen as it is now, which may be smaller than the wish. */
export const ScreenResized = Screen;
export type ScreenResized = z.output<typeof ScreenResized>;
/** The other answer to it: why the screen stays as it is, for people. */
export const ScreenRefused = z.object({ message: z.string() });
export type ScreenRefused = z.output<typeof ScreenRefused>;
