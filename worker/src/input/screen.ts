import type { Size } from '#shared/screen.ts';
import type { Connection } from './connection.ts';
import { writeDots } from './dots.ts';
import { Placements } from './placement.ts';
import { answered, type WindowBox, type Windows } from './windows.ts';

/** What a screen is to be. */
export interface ScreenWish extends Size {
  /** How many dots an inch has, for programs that ask. Default: as it is; at first what the server was started with, and no word of it. */
  dotsPerInch?: number;
}

/** The screen of a display, whose size can be changed within that which the server was started with. */
export interface DisplayScreen {
  /** As it is now. */
  readonly size: Size;
  /**
   * Changes the size (RandR 1.2) and the dots an inch, and moves the windows along where no window manager does.
   *
   * @throws Error where the server refuses; the screen is then as before.
   */
  resize(wish: ScreenWish): Promise<void>;
}

/** As the server is told at its start: applications that count in millimetres see no change where nobody wishes for one. */
const dotsAtStart = 96;
const millimetres = (pixels: number, dots: number | null): number => Math.round((pixels * 25.4) / (dots ?? dotsAtStart));

interface Mode extends Size {
  id: number;
}

/** Finds the screen of a display. @throws Error where the server has no RandR to speak of. */
export async function openScreen(
  { client, root, randr }: Pick<Connection, 'client' | 'root' | 'randr'>,
  windows: Windows,
): Promise<DisplayScreen> {
  type Resources = { crtcs: number[]; outputs: number[]; modeinfos: Mode[] };
  const found = await answered<Resources>((answer) => randr.GetScreenResources(root, answer));
  const crtc = found?.crtcs[0];
  const output = found?.outputs[0];
  const [first] = found?.modeinfos ?? [];
  if (crtc === undefined || output === undefined || first === undefined) throw new Error('The display can’t be resized.');
  let current: Mode = first;
  let told: number | null = null;
  const added = new Set<number>();
  const placements = new Placements();

  /** All in one go: whoever captures the screen sees it before or after, never between. */
  const switchTo = async (mode: Mode, dots: number | null): Promise<boolean> => {
    const { width, height, id } = mode;
    client.GrabServer();
    try {
      if (dots !== told) await writeDots({ client, root }, dots);
      randr.SetCrtcConfig(crtc, 0, 0, 0, 0, 0, randr.Rotation.Rotate_0, [], () => true);
      randr.SetScreenSize(root, width, height, millimetres(width, dots), millimetres(height, dots));
      const set = await answered<{ status: number }>((answer) =>
        randr.SetCrtcConfig(crtc, 0, 0, 0, 0, id, randr.Rotation.Rotate_0, [output], answer),
      );
      told = dots;
      return set?.status === 0;
    } finally {
      client.UngrabServer();
    }
  };

  /** A mode of that size: another where there is none. @throws Error where the server takes none. */
  const modeOf = async ({ width, height }: Size): Promise<Mode> => {
    const id = await answered<number>((answer) =>
      randr.CreateMode(root, { width, height, h_total: width, v_total: height, name: `${width}x${height}` }, answer),
    );
    if (id !== undefined) {
      added.add(id);
      randr.AddOutputMode(output, id);
      return { id, width, height };
    }
    const mode = found?.modeinfos.find((each) => each.width === width && each.height === height);
    if (mode === undefined) throw new Error(`The display takes no mode of ${width} by ${height}.`);
    return mode;
  };
  const forget = ({ id }: Mode): void => {
    if (!added.delete(id)) return;
    randr.DeleteOutputMode(output, id);
    randr.DestroyMode(id);
  };

  return {
    get size() {
      return current;
    },
    async resize({ width, height, dotsPerInch }) {
      const [before, toldBefore] = [current, told];
      const dots = dotsPerInch ?? toldBefore;
      const keepsSize = width === before.width && height === before.height;
      if (keepsSize && dots === toldBefore) return;
      const next = keepsSize ? before : await modeOf({ width, height });
      const changed = await switchTo(next, dots).catch((error: unknown) => {
        if (next !== before) forget(next);
        throw error;
      });
      if (!changed) {
        await switchTo(before, toldBefore);
        if (next !== before) forget(next);
        throw new Error(`The display refuses a screen of ${width} by ${height}.`);
      }
      if (keepsSize) return;
      forget(before);
      current = next;
      if (!(await windows.isManaged())) await moveWindows(windows, placements, before, next);
    },
  };
}

async function moveWindows(windows: Windows, placements: Placements, before: Size, after: Size): Promise<void> {
  const found = await Promise.all((await windows.all()).map(async (window) => [window, await windows.boxOf(window)] as const));
  const boxes = new Map<number, WindowBox>();
  for (const [window, box] of found) if (box !== undefined) boxes.set(window, box);
  for (const [window, place] of placements.follow(boxes, before, after)) {
    windows.place(window, { ...place, borderWidth: boxes.get(window)?.borderWidth ?? 0 });
  }
}
