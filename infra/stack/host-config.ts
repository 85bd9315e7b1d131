import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { decode } from '#shared/decode.ts';

/** One application as the host's configuration has it: worker/src/application.ts checks it, at the host's start. */
export interface CatalogueEntry {
  name: string;
  command: string;
  arguments?: readonly string[];
  environment?: Readonly<Record<string, string>>;
  workingDirectory?: string;
  sound?: boolean;
  dataChannels?: { framing?: 'raw' | 'length'; names?: readonly string[] };
  touch?: boolean;
  gamepads?: number;
  camera?: { as: 'device' | 'socket'; width?: number; height?: number; fps?: number; facing?: 'front' | 'back' };
  devices?: { sensors?: boolean; location?: boolean; vhal?: boolean };
  maxScreen?: { width?: number; height?: number; fps?: number };
  resize?: 'follow' | 'fixed';
  density?: 'follow' | 'fixed';
  warm?: number;
  warmDensity?: number;
}

export interface HostWiring {
  id: string;
  stateDirectory: string;
  nats: { url: string; user: string; password: string };
  /** Where it takes media: at each of `ips`. */
  media: { ips: readonly string[]; port: number; workers: number };
  gstreamerPlugins: string;
  gamepadHelper?: string | undefined;
  penDriver?: string | undefined;
  slots?: number | undefined;
  warm?: number | undefined;
  drainSeconds?: number | undefined;
  logLevel?: string | undefined;
  /** Where the host serves its metrics, on loopback; it does not where this is left out. */
  metricsPort?: number | undefined;
  /** Where the host sends its spans; nowhere where this is left out. */
  tracing?: { endpoint: string; headers?: Readonly<Record<string, string>> } | undefined;
  /** Added to the template's catalogue. */
  applications?: readonly CatalogueEntry[] | undefined;
}

const Template = z.object({ host: z.looseObject({}), applications: z.array(z.looseObject({ name: z.string() })) });

/** The text of a host's configuration: the template (infra/demo/host.yaml) with what this stack knows put in. */
export function hostConfig(template: string, wiring: HostWiring): string {
  const { host, applications, ...rest } = decode(Template.loose(), parse(template), 'host template');
  const {
    id,
    stateDirectory,
    nats,
    media,
    gstreamerPlugins,
    gamepadHelper,
    penDriver,
    slots,
    warm,
    drainSeconds,
    logLevel,
    metricsPort,
    tracing,
  } = wiring;
  const { ips, port, workers } = media;
  const added = wiring.applications ?? [];
  const kept = applications.filter(({ name }) => !added.some((application) => application.name === name));
  return stringify({
    ...rest,
    host: {
      ...host,
      id,
      stateDirectory,
      ...(slots === undefined ? {} : { slots }),
      ...(warm === undefined ? {} : { warm }),
      ...(drainSeconds === undefined ? {} : { drainSeconds }),
    },
    nats,
    media: { workers, listen: ips.map((ip) => ({ ip, port })), gstreamerPlugins },
    ...(gamepadHelper === undefined ? {} : { gamepadHelper }),
    ...(penDriver === undefined ? {} : { penDriver }),
    ...(logLevel === undefined ? {} : { logLevel }),
    ...(metricsPort === undefined ? {} : { metrics: { port: metricsPort } }),
    ...(tracing === undefined ? {} : { tracing }),
    applications: [...kept, ...added],
  });
}
