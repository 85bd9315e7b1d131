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

  /** A mode as it is made: without frequencies, as the screen is none that is lit. */
  interface ModeInfo {
    width: number;
    height: number;
    h_total: number;
    v_total: number;
    name: string;
  }

  /** RandR 1.2. Times of 0 are the server's own. */
  export interface RandR {
    readonly Rotation: { readonly Rotate_0: 1 };
    GetScreenResources(
      window: number,
      answer: Answer<{ crtcs: number[]; outputs: number[]; modeinfos: { id: number; width: number; height: number }[] }>,
    ): void;
    CreateMode(window: number, mode: ModeInfo, answer: Answer<number>): void;
    AddOutputMode(output: number, mode: number): void;
    DeleteOutputMode(output: number, mode: number): void;
    DestroyMode(mode: number): void;
    /** `mode` 0 switches it off. */
    SetCrtcConfig(
      crtc: number,
      time: number,
      configTime: number,
      x: number,
      y: number,
      mode: number,
      rotation: number,
      outputs: readonly number[],
      answer: Answer<{ status: number }>,
    ): void;
    SetScreenSize(window: number, width: number, height: number, widthMillimetres: number, heightMillimetres: number): void;
  }

  export interface XFixes {
    /** `events`: bits, 1 for a new owner. */
    SelectSelectionInput(window: number, selection: number, events: number): void;
    /** `events`: bits, 1 for another shape. */
    SelectCursorInput(window: number, events: number): void;
    /** `cursorImage`: 32 bits a pixel, little-endian: alpha, red, green, blue, the colours multiplied with alpha already. */
    GetCursorImage(answer: Answer<{ width: number; height: number; xhot: number; yhot: number; cursorImage: Buffer }>): void;
  }

  /** Version 2 of the input extension. */
  export interface XInput {
    readonly AllMasterDevices: 1;
    /** `mask`: the kinds of events that are told from now on, each as `XI` and its name; none: nothing is. */
    XISelectEvents(window: number, selection: { deviceId: number; mask: readonly XInputEvent[] }): void;
  }

  type XInputEvent =
    | 'RawMotion'
    | 'RawButtonPress'
    | 'RawButtonRelease'
    | 'RawKeyPress'
    | 'RawTouchBegin'
    | 'RawTouchUpdate'
    | 'RawTouchEnd';

  /** Of these members an event has those of its kind. */
  export interface XEvent {
    type: number;
    name: string;
    wid?: number;
    /** MappingNotify. */
    request?: number;
    firstKeyCode?: number;
    count?: number;
    /** Of selections. */
    time?: number;
    owner?: number;
    requestor?: number;
    selection?: number;
    target?: number;
    property?: number;
    /** PropertyNotify: 0 a new value, 1 deleted. */
    atom?: number;
    state?: number;
  }

  export interface XClient extends EventEmitter {
    on(event: 'event', listener: (event: XEvent) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'end', listener: () => void): this;
    off(event: 'event', listener: (event: XEvent) => void): this;
    require(extension: 'xtest', answer: Answer<XTest>): void;
    require(extension: 'randr', answer: Answer<RandR>): void;
    require(extension: 'fixes', answer: Answer<XFixes>): void;
    require(extension: 'xinput', answer: Answer<XInput>): void;
    GrabServer(): void;
    UngrabServer(): void;
    /** Numbers by name, as far as they were asked for. */
    atoms: Record<string, number>;
    AllocID(): number;
    CreateWindow(
      ...place: [
        id: number,
        parent: number,
        x: number,
        y: number,
        width: number,
        height: number,
        border: number,
        depth: number,
        kind: number,
        visual: number,
        values: { eventMask: number },
      ]
    ): void;
    SetSelectionOwner(window: number, selection: number, time: number): void;
    ConvertSelection(window: number, selection: number, target: number, property: number, time: number): void;
    SendEvent(window: number, propagate: boolean, eventMask: number, event: Buffer): void;
    /** `mode`: 0 replaces. `format`: bits of an element. */
    ChangeProperty(mode: number, window: number, property: number, type: number, format: 8 | 16 | 32, data: Buffer): void;
    GetKeyboardMapping(first: number, count: number, answer: Answer<number[][]>): void;
    ChangeKeyboardMapping(first: number, keysymsEach: number, keysyms: readonly number[]): void;
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
      answer: Answer<{ type: number; data: Buffer; bytesAfter: number }>,
    ): void;
    GetGeometry(
      drawable: number,
      answer: Answer<{ xPos: number; yPos: number; width: number; height: number; borderWidth: number }>,
    ): void;
    MoveResizeWindow(window: number, x: number, y: number, width: number, height: number, answer?: Answer<void>): void;
    QueryTree(window: number, answer: Answer<{ parent: number; children: number[] }>): void;
    QueryPointer(window: number, answer: Answer<{ child: number; rootX: number; rootY: number }>): void;
    GetInputFocus(answer: Answer<{ focus: number }>): void;
    SetInputFocus(window: number, revertTo: 0 | 1 | 2, answer?: Answer<void>): void;
    RaiseWindow(window: number, answer?: Answer<void>): void;
  }

  export interface XDisplay {
    client: XClient;
    screen: { root: number }[];
    min_keycode: number;
    max_keycode: number;
  }

  export interface ClientOptions {
    display: string;
    stream: Duplex;
    auth: { name: string; data: string };
    disableBigRequests: boolean;
  }

  export function createClient(options: ClientOptions, answer: (error: Error | undefined, display: XDisplay) => void): XClient;
  export const eventMask: { SubstructureNotify: number; PropertyChange: number };
}
