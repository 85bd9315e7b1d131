import { config, core } from 'zod';

// Else zod tries whether it may compile its checks, and browsers report that to a page whose policy forbids it. It asks once: the
// setting, which it shares with the page's own zod, is as it was afterwards. For the first import.
const { jitless = false } = config();
config({ jitless: true });
void core.util.allowsEval.value;
config({ jitless });
