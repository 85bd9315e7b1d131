import fc from 'fast-check';
import { ControlMessage } from '#shared/control.ts';
import { jsonLogger } from '#shared/log.ts';
import { controlReader } from '#worker/session/desks/control.ts';
import { bodyLike } from './bodies.ts';
import type { Findings } from './findings.ts';
import { deepJson, hostileText, hostileValue } from './hostile.ts';

const messageLike: fc.Arbitrary<string> = fc.oneof(
  hostileText,
  fc.constant(deepJson(10_000)),
  hostileValue.map((value) => JSON.stringify(value)),
  fc
    .constantFrom(...ControlMessage.options)
    .chain((message) =>
      fc
        .tuple(bodyLike(message), bodyLike(message.shape.data))
        .map(([right, data]) => JSON.stringify(Object.assign({}, right, { type: message.shape.type.value, data }))),
    ),
);

/** Reads control messages as the host does: what can't be read is dropped, and what is read is a message of the schema. */
export function controlFrames(seed: number, findings: Findings): void {
  let accepted = 0;
  const read = controlReader(
    jsonLogger(() => undefined, 'error'),
    (message) => {
      ControlMessage.parse(message);
      accepted += 1;
    },
  );
  for (const text of fc.sample(messageLike, { seed, numRuns: 40 })) {
    const before = accepted;
    try {
      read(text);
      findings.count('control', accepted > before ? 'read' : 'dropped');
    } catch (error) {
      findings.fail(seed, `control ${text.slice(0, 1000)}`, error);
    }
  }
}
