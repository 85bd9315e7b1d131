import type { Size } from '#shared/screen.ts';
import type { Connection } from './connection.ts';
import { Placements } from './placement.ts';
import { answered, type WindowBox, type Windows } from './windows.ts';

/** The screen of a display, whose size can be changed within that which the server was started with. */
export interface DisplayScreen {
  /** As it is now. */
  readonly size: Size;
  /**
   * Changes the size (RandR 1.2), and moves the windows along where no window manager does.
   *
   * @throws Error where the server refuses; the size is then as before.
   */
  resize(size: Size): Promise<void>;
}

/** Of the screen's dots, as the server is told at its start: applications that count in millimetres see no change. */
const dotsPerInch = 96;
const millimetres = (pixels: number): number => Math.round((pixels * 25.4) / dotsPerInch);

/** Finds the screen of a display. @throws Error where the server has no RandR to speak of. */
export async function openScreen(
  { client, root, randr }: Pick<Connection, 'client' | 'root' | 'randr'>,
  windows: Windows,
): Promise<DisplayScreen> {
  type Resources = { crtcs: number[]; outputs: number[]; modeinfos: (Size & { id: number })[] };
  const found = await answered<Resources>((answer) => randr.GetScreenResources(root, answer));
  const crtc = found?.crtcs[0];
  const output = found?.outputs[0];
  const [first] = found?.modeinfos ?? [];
  if (crtc === undefined || output === undefined || first === undefined) throw new Error('The display can’t be resized.');
  let current: Size & { id: number } = first;
  const added = new Set<number>();
  const placements = new Placements();

  /** All in one go: whoever captures the screen sees it before or after, never between. */
  const switchTo = async (mode: Size & { id: number }): Promise<boolean> => {
    const { width, height, id } = mode;
    client.GrabServer();
    randr.SetCrtcConfig(crtc, 0, 0, 0, 0, 0, randr.Rotation.Rotate_0, [], () => true);
    randr.SetScreenSize(root, width, height, millimetres(width), millimetres(height));
    const set = answered<{ status: number }>((answer) =>
      randr.SetCrtcConfig(crtc, 0, 0, 0, 0, id, randr.Rotation.Rotate_0, [output], answer),
    );
    client.UngrabServer();
    return (await set)?.status === 0;
  };

  return {
    get size() {
      return current;
    },
    async resize({ width, height }) {
      if (width === current.width && height === current.height) return;
      const before = current;
      const id = await answered<number>((answer) =>
        randr.CreateMode(root, { width, height, h_total: width, v_total: height, name: `${width}x${height}` }, answer),
      );
      const mode = id === undefined ? found?.modeinfos.find((each) => each.width === width && each.height === height) : undefined;
      const next = id === undefined ? mode : { id, width, height };
      if (next === undefined) throw new Error(`The display takes no mode of ${width} by ${height}.`);
      if (id !== undefined) {
        added.add(id);
        randr.AddOutputMode(output, id);
      }
      const changed = await switchTo(next);
      if (!changed) await switchTo(before);
      const unused = changed ? before.id : next.id;
      if (added.delete(unused)) {
        randr.DeleteOutputMode(output, unused);
        randr.DestroyMode(unused);
      }
      if (!changed) throw new Error(`The display refuses a screen of ${width} by ${height}.`);
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
