import { fuzz } from './run.ts';
import { openFuzzStack } from './stack.ts';

await using stack = await openFuzzStack();
console.log('open', performance.now());
const t = setInterval(() => console.log('tick', performance.now()), 5000);
const f = await fuzz({
  ...stack,
  seed: 20_261_122,
  seconds: 12,
  onProgress: (x) => console.log(performance.now(), x.summary(), x.failures),
});
clearInterval(t);
console.log(performance.now(), f.summary(), f.failures);
