/** The part of the npm package x11 that is used here: it comes without types. */
declare module 'x11' {
  import type { EventEmitter } from 'node:events';
  import type { Duplex } from 'node:stream';

  /** Called with an error or an answer. For an error, `true` says that it was dealt with: else the client emits `error`. */
  type Answer<T> = (error: Error | null | undefined, answer: T) => unknown;

  export interface XTest {
    readonly KeyPress: 2;
    readonly KeyRelease: 3;
    readonly ButtonPress: 4;
    readonly ButtonRelease: 5;
    readonly MotionNotify: 6;
    /** `detail`: a key code, a button, or, for motion, 1 where `x`, `y` are relative. */
    FakeInput(type: number, detail: number, time: number, window: number, x: number, y: number): void;
  }

  export interface XEvent {
    name: string;
    wid?: number;
  }

  export interface XClient extends EventEmitter {
    on(event: 'event', listener: (event: XEvent) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'end', listener: () => void): this;
    require(extension: 'xtest', answer: Answer<XTest>): void;
    InternAtom(onlyIfExists: boolean, name: string, answer: Answer<number>): void;
    ChangeWindowAttributes(window: number, values: { eventMask: number }, answer?: Answer<void>): void;
    GetWindowAttributes(window: number, answer: Answer<{ mapState: number; overrideRedirect: number; klass: number }>): void;
    GetProperty(
      remove: 0 | 1,
      window: number,
      property: number,
      type: number,
      offset: number,
      length: number,
      answer: Answer<{ type: number; data: Buffer }>,
    ): void;
    QueryTree(window: number, answer: Answer<{ parent: number; children: number[] }>): void;
    QueryPointer(window: number, answer: Answer<{ child: number; rootX: number; rootY: number }>): void;
    GetInputFocus(answer: Answer<{ focus: number }>): void;
    SetInputFocus(window: number, revertTo: 0 | 1 | 2, answer?: Answer<void>): void;
    RaiseWindow(window: number, answer?: Answer<void>): void;
  }

  export interface XDisplay {
    client: XClient;
    screen: { root: number }[];
  }

  export interface ClientOptions {
    display: string;
    stream: Duplex;
    auth: { name: string; data: string };
    disableBigRequests: boolean;
  }

  export function createClient(options: ClientOptions, answer: (error: Error | undefined, display: XDisplay) => void): XClient;
  export const eventMask: { SubstructureNotify: number };
}
