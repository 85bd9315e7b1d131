import { z } from 'zod';
import { AppVersion, Name } from '#shared/ids.ts';
import { Screen } from '#shared/screen.ts';
import { carriedVideoCodecs } from './media/codecs.ts';

/** The video codecs that sessions are limited to. */
export const Codecs = z
  .array(z.enum(carriedVideoCodecs))
  .min(1, 'needs at least one codec')
  .refine((codecs) => new Set(codecs).size === codecs.length, 'names a codec twice');

const Settings = z.strictObject({
  name: Name,
  /** The catalogue may have several versions of an application, an entry each; a session may ask for one. */
  version: AppVersion.default(1),
  /** Whether sessions get it that ask for no version: the latest that is published on any host. */
  published: z.boolean().default(true),
  /** The program: found in PATH, or an absolute path. */
  command: z.string().min(1),
  arguments: z.array(z.string()).default([]),
  /** Added to the environment that the instance gives (DISPLAY, PULSE_SERVER, HOME and so on). */
  environment: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable'), z.string())
    .default({}),
  /** Default: the instance's own home, empty and gone with it. */
  workingDirectory: z.string().startsWith('/', 'must be an absolute path').optional(),
  /** Whether a sound server runs beside it. */
  sound: z.boolean().default(true),
  /**
   * Named data channels of its clients: sockets that it finds in the folder `FARPANE_SOCKETS`. `framing`: how messages are told apart
   * there (see instance/sockets/framing.ts). `names`: sockets that are there from the start; others are made as clients come with them.
   */
  dataChannels: z
    .strictObject({ framing: z.enum(['raw', 'length']).default('raw'), names: z.array(Name).max(5).default([]) })
    .prefault({}),
  /** Which ways the text of the clipboard goes: into the application, out of it, both, or none. */
  clipboard: z.enum(['both', 'in', 'out', 'off']).default('both'),
  /** The video codecs that its sessions may use. Default: those of the host. */
  codecs: Codecs.optional(),
  /**
   * Whether it gets up to ten fingers as touches and a pen with its pressure (XI2), from Xorg in the place of Xvfb. Default: the first finger, and
   * a pen, is the pointer.
   */
  touch: z.boolean().default(false),
  /** How many gamepads it finds: those of who is in control, through uinput. */
  gamepads: z.int().min(0).max(4).default(0),
  /**
   * The camera of who is in control, as pictures of one size, rate and way of facing. `device`: a V4L2 camera, of those that the host has
   * (v4l2loopback); `socket`: a stream (YUV4MPEG2) on the socket `camera`. Left out, it takes none.
   */
  camera: z
    .strictObject({
      as: z.enum(['device', 'socket']),
      width: z.int().min(16).max(1920).multipleOf(2).default(1280),
      height: z.int().min(16).max(1080).multipleOf(2).default(720),
      fps: z.int().min(1).max(60).default(30),
      facing: z.enum(['front', 'back']).default('front'),
    })
    .optional(),
  /** What it wants of the user's device, on the sockets of these names. `vhal`: the properties of a vehicle; clients are told of it. */
  devices: z
    .strictObject({ sensors: z.boolean().default(false), location: z.boolean().default(false), vhal: z.boolean().default(false) })
    .prefault({}),
  /** The largest screen that a client may ask for; a larger wish is cut down to it. Pixels and frames a second. */
  maxScreen: z
    .strictObject({
      width: z.int().min(2).max(3840).multipleOf(2).default(3840),
      height: z.int().min(2).max(2160).multipleOf(2).default(2160),
      fps: z.int().min(1).max(120).default(60),
    })
    .prefault({}),
  /**
   * How many wait started, each on a stage of its own, for sessions without extra data: it runs, and takes what it takes, also
   * while nobody looks. At most as many as there are free slots.
   */
  warm: z.int().min(0).max(100).default(0),
  /** Whether its screen may have another size while it runs: `follow` the client's, or `fixed` at what it was started with. */
  resize: z.enum(['follow', 'fixed']).default('follow'),
  /**
   * Whether its display has as many dots an inch as the client asks for: `follow` it, or `fixed` at 96. Clients that never thought of it
   * ask for 240, and programs that heed it become 2.5 times as large.
   */
  density: z.enum(['follow', 'fixed']).default('fixed'),
  /**
   * What clients of one that waits started will ask for, in dots an inch: it is started with that, and where it follows the density it is for
   * no session of another. Default: the protocol's.
   */
  warmDensity: Screen.shape.density,
});
/** An application of the host's catalogue: what its configuration says of it. */
export const Application = Settings.refine(({ warm, gamepads }) => warm === 0 || gamepads === 0, {
  path: ['warm'],
  message: 'an application that waits started has no gamepads, which are made for a session',
}).refine(({ warm, camera }) => warm === 0 || camera?.as !== 'device', {
  path: ['warm'],
  message: 'an application that waits started has no camera as a device, which is of a session',
});
export type Application = z.output<typeof Application>;

/** Names an entry of the catalogue: no name has an `@` in it. */
export const keyOf = ({ name, version }: Pick<Application, 'name' | 'version'>): string => `${name}@${version}`;

/** The entry that a session gets: of that version, or, of none or 0, the latest that is published. Undefined where there is none. */
export function chosenOf(catalogue: readonly Application[], name: string, version: number): Application | undefined {
  const fit = catalogue.filter((each) => each.name === name && (version === 0 ? each.published : each.version === version));
  return fit.toSorted((a, b) => b.version - a.version)[0];
}
