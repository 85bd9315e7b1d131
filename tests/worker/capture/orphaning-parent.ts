import { openCapture } from './harness.ts';

/** Starts a capture, says its process id, and waits to be killed. */
const { capture } = await openCapture();
process.send?.(capture.pid);
