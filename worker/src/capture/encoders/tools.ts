import { spawn } from 'node:child_process';
import { createTail } from '#worker/process/tail.ts';

/** What a tool of GStreamer's gave. */
export interface ToolResult {
  output: Buffer;
  /** Whether it ended by itself and found nothing wrong. */
  ok: boolean;
  /** What it said was wrong, or how it ended. */
  complaint: string;
}

/** More than a few frames of any size; the rest is counted, and not kept. Bytes. */
const keptBytes = 4 * 1024 * 1024;

/** Runs one of GStreamer's tools to its end. Never rejects. */
export function runTool(
  tool: 'gst-launch-1.0' | 'gst-inspect-1.0',
  words: readonly string[],
  { env, limitMs }: { env: NodeJS.ProcessEnv; limitMs: number },
): Promise<ToolResult> {
  const { promise, resolve } = Promise.withResolvers<ToolResult>();
  const child = spawn(tool, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stderr = createTail();
  const chunks: Buffer[] = [];
  let bytes = 0;
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, limitMs);
  const end = (complaint: string, ok = false): void => {
    clearTimeout(timer);
    resolve({ output: Buffer.concat(chunks), ok, complaint });
  };
  child.stdout.on('data', (chunk: Buffer) => {
    if (bytes < keptBytes) chunks.push(chunk);
    bytes += chunk.length;
  });
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk.toString('utf8')));
  child.once('error', (error) => end(`${tool} can't be run: ${error.message}`));
  child.once('close', (code, signal) => {
    if (timedOut) end(`It did not end within ${limitMs} ms.`);
    else if (signal !== null) end(`It was ended by ${signal}${said(stderr.lines())}.`);
    else end(firstComplaint(stderr.lines()) ?? `It ended with exit code ${code}${said(stderr.lines())}.`, code === 0);
  });
  return promise;
}

/** The first line that says what is wrong: those after it only follow from it. */
const firstComplaint = (lines: readonly string[]): string | undefined =>
  lines
    .find((line) => /^(WARNING|ERROR): /.test(line))
    ?.replace(/^(WARNING|ERROR): (from element \S+: |erroneous pipeline: )?/, '')
    .trim();

const said = (lines: readonly string[]): string => {
  const last = lines.at(-1)?.trim() ?? '';
  return last === '' ? '' : `: ${last}`;
};
