import { z } from 'zod';
import { decode, decodeJson } from '#shared/decode.ts';
import type { Bidi } from './bidi.ts';

const Evaluated = z.object({
  type: z.string(),
  result: z.object({ type: z.string(), value: z.unknown().optional() }).optional(),
  exceptionDetails: z.object({ text: z.string() }).optional(),
});
const Screenshot = z.object({ data: z.string() });
const Place = z.object({ x: z.number(), y: z.number() });

/** What `input.performActions` takes of one device, the actions of which go tick by tick. */
export interface InputSource {
  type: 'key' | 'pointer' | 'wheel';
  id: string;
  parameters?: { pointerType: 'mouse' | 'touch' | 'pen' };
  actions: readonly object[];
}

/** A window of Firefox. */
export class FirefoxPage {
  readonly #bidi: Bidi;
  readonly context: string;
  /** What the page, and the browser about it, wrote to the console as a warning or an error, and the exceptions that nobody caught. */
  readonly complaints: string[] = [];

  constructor(bidi: Bidi, context: string) {
    this.#bidi = bidi;
    this.context = context;
  }

  async goto(url: string): Promise<void> {
    await this.#bidi.call('browsingContext.navigate', { context: this.context, url, wait: 'complete' });
  }

  async reload(): Promise<void> {
    await this.#bidi.call('browsingContext.reload', { context: this.context, wait: 'complete' });
  }

  /** What an expression, or the promise that it is, gives: as JSON would keep it. */
  async evaluate(expression: string): Promise<unknown> {
    const result = await this.#bidi.call('script.evaluate', {
      expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value) ?? 'null')`,
      target: { context: this.context },
      awaitPromise: true,
      userActivation: true,
    });
    const { result: value, exceptionDetails } = decode(Evaluated, result, 'result');
    if (exceptionDetails !== undefined) throw new Error(`Firefox: ${exceptionDetails.text}`);
    return decodeJson(z.unknown(), String(value?.value), 'result');
  }

  /** A PNG of what the window shows. */
  async screenshot(): Promise<Buffer> {
    const result = await this.#bidi.call('browsingContext.captureScreenshot', { context: this.context });
    return Buffer.from(decode(Screenshot, result, 'screenshot').data, 'base64');
  }

  /** Gives the window the focus, as the one that a person looks at. */
  async activate(): Promise<void> {
    await this.#bidi.call('browsingContext.activate', { context: this.context });
  }

  async resize(width: number, height: number): Promise<void> {
    await this.#bidi.call('browsingContext.setViewport', { context: this.context, viewport: { width, height } });
  }

  async perform(...actions: readonly InputSource[]): Promise<void> {
    await this.#bidi.call('input.performActions', { context: this.context, actions });
  }

  /** Presses the keys of these characters, one after the other, with all of `held` down. WebDriver has characters for keys without one. */
  async type(characters: string, held = ''): Promise<void> {
    const down = (value: string) => ({ type: 'keyDown', value });
    const up = (value: string) => ({ type: 'keyUp', value });
    const pressed = Array.from(characters).flatMap((value) => [down(value), up(value)]);
    const actions = [...Array.from(held, down), ...pressed, ...Array.from(held, up)];
    await this.perform({ type: 'key', id: 'keyboard', actions });
  }

  /** Moves the mouse to a place of the window, in CSS pixels. */
  async move(x: number, y: number): Promise<void> {
    await this.#mouse({ type: 'pointerMove', x: Math.round(x), y: Math.round(y) });
  }

  /** Clicks into the middle of an element. */
  async click(selector: string): Promise<void> {
    const middle = await this.evaluate(`(() => {
      const { left, top, width, height } = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    })()`);
    const { x, y } = decode(Place, middle, 'place');
    await this.move(x, y);
    await this.#mouse({ type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 });
  }

  async close(): Promise<void> {
    await this.#bidi.call('browsingContext.close', { context: this.context });
  }

  async #mouse(...actions: readonly object[]): Promise<void> {
    await this.perform({ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions });
  }
}
