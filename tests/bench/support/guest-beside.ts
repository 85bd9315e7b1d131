import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { decode } from '#shared/decode.ts';
import type { AccountStack } from '#tests/support/account-stack.ts';
import { type ImpairedLink, startImpairedLink } from '#tests/support/impaired/link.ts';
import { rounded } from './figures.ts';
import { freezesOf } from './freezes.ts';
import { OurStreamPage } from './our-stream.ts';

/** What a page showed and what its link took. */
export interface Shown {
  kbps: number;
  fps: number;
  /** Pixels: the mean width. */
  width: number;
  freezes: number;
  longestFreezeMs: number;
}

/** A guest behind a narrow link beside an owner on a good one. `alone`: the owner before the guest came. */
export interface GuestBeside {
  guestMbps: number;
  alone: Shown;
  owner: Shown;
  guest: Shown;
}

const Share = z.object({ metadata: z.object({ url: z.string() }) });

/** How long the owner's bitrate may take to get up, and the guest until it has the stream that suits it. */
const climbMs = 10_000;
const guestSettlesMs = 15_000;

export async function guestBeside(
  { stack, token }: AccountStack,
  browser: Browser,
  { guestMbps, seconds }: { guestMbps: number; seconds: number },
): Promise<GuestBeside> {
  const target = { ip: '127.0.0.1', port: stack.ports.media };
  const way = { delayMs: 10, jitterMs: 1 };
  await using good = await startImpairedLink({ target, down: way, up: way });
  await using narrow = await startImpairedLink({
    target,
    down: { ...way, kbps: guestMbps * 1000, queueBytes: (guestMbps * 1_000_000) / 8 / 4 },
    up: way,
  });
  const common = { url: stack.url, token, fps: 30 };
  const owner = await OurStreamPage.open(browser, { ...common, app: 'noise', linkPort: good.port });
  await owner.showing();
  await delay(climbMs);
  const [alone] = await show([[owner, good]], seconds);
  const response = await fetch(`${stack.url}/1.0/sessions/${await owner.sessionId()}/share`, {
    method: 'POST',
    headers: { authorization: `Macaroon root=${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'view' }),
  });
  const { metadata } = decode(Share, await response.json(), 'share');
  const guest = await OurStreamPage.open(browser, { ...common, app: { watch: metadata.url }, linkPort: narrow.port });
  await guest.showing();
  await delay(guestSettlesMs);
  const [beside, watching] = await show(
    [
      [owner, good],
      [guest, narrow],
    ],
    seconds,
  );
  await guest.close();
  await owner.close();
  if (alone === undefined || beside === undefined || watching === undefined) throw new Error('nothing was measured');
  return { guestMbps, alone, owner: beside, guest: watching };
}

/** Looks at several pages for the same time. */
async function show(all: readonly (readonly [OurStreamPage, ImpairedLink])[], seconds: number): Promise<Shown[]> {
  await Promise.all(all.map(([page]) => page.takeFrames()));
  const before = await Promise.all(all.map(([, link]) => lastOf(link)));
  const fromMs = Date.now();
  await delay(seconds * 1000);
  const toMs = Date.now();
  return await Promise.all(
    all.map(async ([page, link], index) => {
      const [to, frames] = [await lastOf(link), await page.takeFrames()];
      const from = before[index] ?? to;
      const freezes = freezesOf(
        frames.map(({ atMs }) => atMs),
        fromMs,
        toMs,
      );
      return {
        kbps: Math.round(((to.down.passedBytes - from.down.passedBytes) * 8) / (to.atMs - from.atMs)),
        fps: rounded(frames.length / ((toMs - fromMs) / 1000)),
        width: Math.round(frames.reduce((sum, { width }) => sum + width, 0) / Math.max(1, frames.length)),
        freezes: freezes.count,
        longestFreezeMs: freezes.longestMs,
      };
    }),
  );
}

const lastOf = async (link: ImpairedLink) => (await link.look()).at(-1) ?? Promise.reject(new Error('no link'));
