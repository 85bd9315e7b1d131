import { z } from 'zod';

/** `code`: see keys.ts. Auto-repeat sends more of `pressed: true`. */
export const Key = z.object({
  type: z.literal('input::key'),
  data: z.object({ code: z.int().min(0).max(255), pressed: z.boolean() }),
});

/** The most that one message types, in UTF-16 units. */
const text = z.string().max(10_000);

/** What an input method does. The numbers are the protocol's. */
const ImeAction = z.discriminatedUnion('type', [
  /** Text that is final: it takes the place of what is being composed. */
  z.object({ type: z.literal(1), data: z.object({ text }) }),
  /** A key of Android's numbers (`KeyEvent`), several times. */
  z.object({
    type: z.literal(2),
    data: z.object({ code: z.int().min(0).max(1000), times: z.int().min(1).max(1000).default(1) }),
  }),
  /** The client shows or hides its on-screen keyboard. */
  z.object({
    type: z.literal(3),
    data: z.object({ name: z.string().max(100), params: z.string().max(1000).default('') }),
  }),
  /** Text that is being composed: it takes the place of what was before. */
  z.object({ type: z.literal(4), data: z.object({ text }) }),
  /** A part of the text is being composed anew. */
  z.object({ type: z.literal(5), data: z.object({ start: z.int(), end: z.int() }) }),
]);
export type ImeAction = z.output<typeof ImeAction>;

export const ImeEvent = z.object({ type: z.literal('input::ime-event'), data: ImeAction });
