import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endsWithUs } from '#worker/process/ends-with-us.ts';
import type { SentFrame, WireTimes } from './stages.ts';

/** Where the capture process of a pipeline sends from (worker/src/capture/describe/rtp.ts). */
const captureAddress = '127.0.0.2';

const ms = (nanoseconds: string | undefined): number => Number(BigInt(nanoseconds ?? 0) / 1000n) / 1000;

/** Sees frames in the pipeline (tests/native/glass-tracer.c), and on the loopback interface where this user may look there. */
export class StageTrace implements AsyncDisposable {
  readonly #file = join(tmpdir(), `farpane-glass-${process.pid}.txt`);
  readonly #wire = new Map<number, WireTimes>();
  #sniffer: ChildProcess | null = null;

  /** To be awaited before the stack is started: what it starts is traced. */
  async start(): Promise<void> {
    process.env['GST_TRACERS'] = 'glass';
    process.env['GLASS_TRACE'] = this.#file;
    const sniffer = spawn(...endsWithUs('/usr/bin/python3', [join(import.meta.dirname, 'rtp-sniffer.py')]), {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const lines = createInterface({ input: sniffer.stdout });
    const ready = once(lines, 'line').then(() => true);
    const ended = once(sniffer, 'exit').then(() => false);
    if (!(await Promise.race([ready, ended]))) {
      process.stdout.write('The loopback interface may not be listened to: send, SFU and network are one stage.\n');
      return;
    }
    this.#sniffer = sniffer;
    lines.on('line', (line) => this.#see(line));
  }

  /** What was seen so far. */
  async read(): Promise<{ sent: Map<number, SentFrame>; wire: Map<number, WireTimes> }> {
    return { sent: readTrace(await readFile(this.#file, 'utf8')), wire: this.#wire };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    delete process.env['GST_TRACERS'];
    delete process.env['GLASS_TRACE'];
    if (this.#sniffer !== null && this.#sniffer.exitCode === null) {
      const exited = once(this.#sniffer, 'exit');
      this.#sniffer.kill('SIGKILL');
      await exited;
    }
    await rm(this.#file, { force: true });
  }

  #see(line: string): void {
    const [time, source, , timestamp] = line.split(' ');
    const rtpTimestamp = Number(timestamp);
    const times = this.#wire.get(rtpTimestamp) ?? { intoServerMs: undefined, outOfServerMs: undefined };
    if (source?.startsWith(`${captureAddress}:`) === true) times.intoServerMs ??= ms(time);
    else times.outOfServerMs ??= ms(time);
    this.#wire.set(rtpTimestamp, times);
  }
}

/** Puts together what the tracer has noted of each frame; frames that were dropped on the way are left out. */
export function readTrace(text: string): Map<number, SentFrame> {
  const frames = new Map<string, { capturedMs: number; readMs: number; encodedMs?: number }>();
  const byRtp = new Map<number, SentFrame>();
  for (const line of text.split('\n')) {
    const [element, time, frame = '', more] = line.split(' ');
    if (element === 'source') {
      frames.set(frame, { readMs: ms(time), capturedMs: ms(more) });
      continue;
    }
    if (element === 'sink') {
      const sent = byRtp.get(Number(frame));
      if (sent !== undefined) sent.sentMs = ms(time);
      continue;
    }
    const known = frames.get(frame);
    if (known === undefined) continue;
    if (element === 'encoder') known.encodedMs = ms(time);
    if (element !== 'payloader' || known.encodedMs === undefined) continue;
    const rtpTimestamp = Number(more);
    byRtp.set(rtpTimestamp, { rtpTimestamp, ...known, encodedMs: known.encodedMs, payloadedMs: ms(time), sentMs: ms(time) });
  }
  return byRtp;
}
