import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { built } from '#infra/config.ts';
import { gstreamerEnvironment } from '#worker/capture/config.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';
import { createTail } from '#worker/process/tail.ts';

/** A frame, as red, green and blue. */
export interface Picture {
  width: number;
  height: number;
  pixel(x: number, y: number): [red: number, green: number, blue: number];
}

export interface Pictures extends AsyncDisposable {
  /** How many have come. */
  count(): number;
  /** Waits for one that is accepted, the last one that has come included. */
  find(accept: (picture: Picture) => boolean, timeoutMs?: number): Promise<Picture>;
}

/** Portable pixmaps say how large they are: a stream of them may change its size. */
const header = /^P6\n(?:#.*\n)?(\d+) (\d+)\n255\n/;

/** Runs the display's capture, `element` with its properties, and turns what comes into red, green and blue by GStreamer's own means. */
export function watchPictures(element: string, caps = 'video/x-raw,format=NV12'): Pictures {
  const chain = `${element} ! ${caps} ! videoconvert ! video/x-raw,format=RGB ! pnmenc ! fdsink fd=1`;
  const child = spawn(...endsWithUs('gst-launch-1.0', ['-q', ...chain.split(' ')]), {
    env: gstreamerEnvironment(built.gstreamerPlugins),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors = createTail();
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString('utf8')));
  let waiting: Buffer = Buffer.alloc(0);
  let last: Picture | undefined;
  let count = 0;
  const listeners = new Set<(picture: Picture) => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    for (let taken = takePicture(waiting); taken !== undefined; taken = takePicture(waiting)) {
      waiting = waiting.subarray(taken.bytes);
      last = taken.picture;
      count += 1;
      for (const listener of listeners) listener(taken.picture);
    }
  });
  return {
    count: () => count,
    async find(accept, timeoutMs = 10_000) {
      if (last !== undefined && accept(last)) return last;
      const { promise, resolve, reject } = Promise.withResolvers<Picture>();
      const listener = (picture: Picture): void => {
        if (accept(picture)) resolve(picture);
      };
      const timer = setTimeout(() => reject(new Error(`No such picture within ${timeoutMs} ms. ${errors.last()}`)), timeoutMs);
      listeners.add(listener);
      return await promise.finally(() => {
        clearTimeout(timer);
        listeners.delete(listener);
      });
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function takePicture(data: Buffer): { picture: Picture; bytes: number } | undefined {
  const found = header.exec(data.toString('latin1', 0, 200));
  if (found === null) return undefined;
  const [start, width, height] = [found[0].length, Number(found[1]), Number(found[2])];
  const bytes = start + width * 3 * height;
  if (data.length < bytes) return undefined;
  const pixels = data.subarray(start, bytes);
  const pixel: Picture['pixel'] = (x, y) => {
    const at = (y * width + x) * 3;
    return [pixels.readUInt8(at), pixels.readUInt8(at + 1), pixels.readUInt8(at + 2)];
  };
  return { picture: { width, height, pixel }, bytes };
}
