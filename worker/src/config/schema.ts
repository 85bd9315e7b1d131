import { z } from 'zod';
import { Name } from '#shared/ids.ts';
import { Position } from '#shared/position.ts';
import { Application, Codecs, keyOf } from '#worker/application.ts';
import { defaultBitrates } from '#worker/capture/bitrate.ts';
import { Priority } from '#worker/process/scheduling.ts';

const Ip = z.union([z.ipv4(), z.ipv6()], 'must be an IP address');

/** The host's file of configuration. Every member that may be left out has its default here. */
export const HostConfig = z.strictObject({
  host: z.strictObject({
    id: Name,
    region: Name,
    /** Where the region is, in degrees: clients of whom the gateway knows where they are get the nearest. */
    location: Position.strict().optional(),
    /** How many sessions run here at once. */
    slots: z.int().min(1).max(1000),
    /**
     * How many stages (display, sound, capture and media, without an application) wait ready for sessions, at most as many as there
     * are free slots. Each takes about 120 MB and next to no CPU time.
     */
    warm: z.int().min(0).max(100).default(1),
    /** Where instances keep what they need while they run, and their logs. */
    stateDirectory: z.string().startsWith('/', 'must be an absolute path'),
    /** How long sessions may go on after SIGTERM, in seconds. */
    drainSeconds: z.int().min(0).max(86_400).default(60),
  }),
  nats: z.strictObject({
    url: z.url({ protocol: /^wss?$/, error: 'must be a ws:// or wss:// address' }),
    user: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
  }),
  media: z
    .strictObject({
      /** Media server processes; one a core serves about 500 streams. */
      workers: z.int().min(1).max(64).default(1),
      /** Where clients' media comes in, over UDP and TCP. Worker number k takes port + k. */
      listen: z
        .array(
          z.strictObject({
            ip: Ip,
            /** The address that clients are told where it is not `ip`: behind NAT, or when `ip` is 0.0.0.0. */
            announcedAddress: z.string().min(1).optional(),
            port: z.int().min(1024).max(65_535),
          }),
        )
        .min(1),
      /** The video codecs that sessions may use. Default: all that an encoder of this machine works for. */
      codecs: Codecs.optional(),
      /**
       * Between which bitrates video moves, by the screen's pixels and frames: below the least, frames and then pixels get fewer. Screens
       * between two rows get what lies between.
       */
      bitrates: z
        .array(
          z
            .strictObject({
              width: z.int().min(2).max(8192),
              height: z.int().min(2).max(8192),
              fps: z.int().min(1).max(240),
              minKbps: z.int().min(100).max(200_000),
              maxKbps: z.int().min(100).max(200_000),
            })
            .refine(({ minKbps, maxKbps }) => minKbps <= maxKbps, 'minKbps must not be above maxKbps'),
        )
        .min(1, 'needs at least one row')
        .default([...defaultBitrates]),
      /** Where GStreamer finds the plugins that come with this project. */
      gstreamerPlugins: z.string().startsWith('/', 'must be an absolute path'),
      /** Of the processes that capture and encode. `realtime` only where the machine's cores are never all in use. */
      capturePriority: Priority.default('high'),
    })
    .superRefine(({ workers, listen }, context) => {
      for (const [index, { port }] of listen.entries()) {
        const last = port + workers - 1;
        if (last <= 65_535) continue;
        const message = `is too high: ${workers} workers take the ports up to ${last}, and 65535 is the last`;
        context.addIssue({ code: 'custom', path: ['listen', index, 'port'], message });
      }
    }),
  /** Prometheus reads the host's metrics there; left out, there is no such page. Whoever reaches the address can read them. */
  metrics: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      port: z.int().min(1).max(65_535),
      /** The addresses and ports by which TURN servers relay: clients that come from there count as relayed. */
      relays: z
        .array(
          z.strictObject({
            ip: Ip,
            minPort: z.int().min(1).max(65_535).default(1024),
            maxPort: z.int().min(1).max(65_535).default(65_535),
          }),
        )
        .default([]),
    })
    .optional(),
  /** Where spans are sent, by OTLP over HTTP; left out, none are made. `endpoint` is without `/v1/traces`. */
  tracing: z
    .strictObject({
      endpoint: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }),
      headers: z.record(z.string(), z.string()).default({}),
    })
    .optional(),
  /** The program that plugs gamepads in (worker/native/gamepad.c); without it there are none. It needs to write /dev/uinput. */
  gamepadHelper: z.string().startsWith('/', 'must be an absolute path').optional(),
  /** The driver by which Xorg has pens (worker/native/pen); without it they are the pointer. */
  penDriver: z
    .string()
    .regex(/^\/[^",\n]*\bfarpanepen_drv\.so$/, 'must be the absolute path of farpanepen_drv.so, without commas and quotes')
    .optional(),
  /** Devices of v4l2loopback for applications that take a camera as a device, one for each session that has such an application. */
  cameras: z
    .array(z.string().regex(/^\/dev\/video\d+$/, 'must be a device such as /dev/video10'))
    .refine((paths) => new Set(paths).size === paths.length, 'names a device twice')
    .default([]),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  applications: z
    .array(Application)
    .min(1, 'needs at least one application')
    .superRefine((applications, context) => {
      const seen = new Set<string>();
      for (const [index, application] of applications.entries()) {
        const { name, version } = application;
        const message = `there is an application '${name}' of version ${version} already: give another version another number`;
        if (seen.has(keyOf(application))) context.addIssue({ code: 'custom', path: [index, 'version'], message });
        seen.add(keyOf(application));
      }
    }),
});
export type HostConfig = z.output<typeof HostConfig>;
