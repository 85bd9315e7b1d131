import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { gstreamerEnvironment, registryFile } from '#worker/capture/config.ts';
import { payloaderOf } from '#worker/capture/describe/rtp.ts';
import type { Candidate, EncoderSettings, FrameMemory } from './candidate.ts';
import { describeEncoder, ElementProperties } from './encoder.ts';
import { frameWays } from './frames.ts';
import { readElements, readProperties } from './inspect.ts';
import { runTool, type ToolResult } from './tools.ts';

/** What came of running an encoder. */
export const EncoderProbe = z.object({
  element: z.string(),
  /** How frames get to it where it works, and the properties that its element has. */
  usable: z.object({ memory: z.enum(['cuda', 'va', 'system']), properties: ElementProperties }).nullable(),
  /** What went wrong; empty where nothing did. */
  message: z.string(),
  /** How long it took; 0 where there is no such element. */
  ms: z.number(),
  /** What came out. */
  bytes: z.number(),
});
export type EncoderProbe = z.output<typeof EncoderProbe>;

export interface ProbeOptions {
  /** The folder of the project's own GStreamer plugins; its list of plugins is read anew, as the hardware may have changed. */
  gstreamerPluginPath: string;
  candidates: readonly Candidate[];
}

/** An encoder that is there takes 40 to 400 ms; one that hangs must not keep a host from starting. */
const timeoutMs = 10_000;
/** Reading all plugins takes seconds where their list is missing. */
const scanTimeoutMs = 30_000;

/** The size of a usual session: some encoders take smaller ones only. */
export const probeSettings: EncoderSettings = { width: 1280, height: 720, fps: 60, bitrateKbps: 5000 };
const frames = 8;

/**
 * Runs every encoder for a few frames, in the format of a display and down to the payloader, and looks whether anything comes out: that
 * an element exists says nothing of the driver below it, and an exit code of 0 not either. In the order of the candidates.
 */
export async function probeEncoders({ gstreamerPluginPath, candidates }: ProbeOptions): Promise<EncoderProbe[]> {
  const env = gstreamerEnvironment(gstreamerPluginPath);
  await rm(registryFile(gstreamerPluginPath), { force: true });
  const listed = await runTool('gst-inspect-1.0', [], { env, limitMs: scanTimeoutMs });
  const elements = readElements(listed.output.toString('utf8'));
  const probes: EncoderProbe[] = [];
  // One after the other: side by side each would look slower than it is.
  for (const candidate of candidates) {
    const lacking = elements.size === 0 ? listed.complaint : lackingElement(candidate, elements);
    probes.push(lacking === null ? await probe(candidate, elements, env) : absent(candidate, lacking));
  }
  return probes;
}

const absent = ({ element }: Candidate, message: string): EncoderProbe => ({ element, usable: null, message, ms: 0, bytes: 0 });

/** Says which element is not there that has to be, besides those of the ways that frames can take. */
function lackingElement({ element, codec, output }: Candidate, elements: ReadonlySet<string>): string | null {
  const parsers = output
    .split(' ! ')
    .filter((part) => !part.includes('/'))
    .flatMap((part) => part.split(' ').slice(0, 1));
  const lacking = [element, ...parsers, payloaderOf(codec)].find((name) => !elements.has(name));
  return lacking === undefined ? null : `GStreamer has no ${lacking} here.`;
}

/** Tries the ways that frames can take, until one is good. */
async function probe(candidate: Candidate, elements: ReadonlySet<string>, env: NodeJS.ProcessEnv): Promise<EncoderProbe> {
  const started = performance.now();
  const inspected = await runTool('gst-inspect-1.0', [candidate.element], { env, limitMs: timeoutMs });
  const properties = readProperties(inspected.output.toString('utf8'));
  const ways = candidate.memory.filter((memory) => frameWays[memory].needs.every((name) => elements.has(name)));
  const failures: string[] = [];
  for (const memory of ways) {
    const { output, ok, complaint } = await encode(candidate, memory, properties, env);
    const ms = Math.round(performance.now() - started);
    if (ok && output.length > 0) {
      return { element: candidate.element, usable: { memory, properties }, message: '', ms, bytes: output.length };
    }
    failures.push(ok ? 'It gave nothing.' : complaint);
  }
  const ms = Math.round(performance.now() - started);
  return { element: candidate.element, usable: null, message: failures.at(-1) ?? inspected.complaint, ms, bytes: 0 };
}

function encode(
  candidate: Candidate,
  memory: FrameMemory,
  properties: ElementProperties,
  env: NodeJS.ProcessEnv,
): Promise<ToolResult> {
  const { width, height, fps } = probeSettings;
  const { input, text } = describeEncoder(candidate, memory, properties, probeSettings);
  const chain = [
    `videotestsrc num-buffers=${frames}`,
    `video/x-raw,format=BGRx,width=${width},height=${height},framerate=${fps}/1`,
    input,
    text,
    payloaderOf(candidate.codec),
    'fdsink fd=1',
  ];
  return runTool('gst-launch-1.0', ['-q', ...chain.join(' ! ').split(' ')], { env, limitMs: timeoutMs });
}
