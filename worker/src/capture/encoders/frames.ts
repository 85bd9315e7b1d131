import type { Candidate, FrameMemory } from './candidate.ts';

/** How frames of the display, which lie in system memory, get to an encoder. */
interface FrameWay {
  /** The elements that it needs, for those of a vendor are not everywhere. */
  needs: readonly string[];
  describe: (format: Candidate['format']) => string;
}

/**
 * Where the encoder takes frames of the graphics card, that card converts the colours too, which costs a processor 2.5 ms a frame of
 * 1280 by 720. DMABuf is none of the ways: no X server without a card of its own hands such buffers out.
 */
export const frameWays: Readonly<Record<FrameMemory, FrameWay>> = {
  cuda: {
    needs: ['cudaupload', 'cudaconvert'],
    describe: (format) => `cudaupload ! cudaconvert ! video/x-raw(memory:CUDAMemory),format=${format}`,
  },
  va: {
    needs: ['vapostproc'],
    describe: (format) => `vapostproc ! video/x-raw(memory:VAMemory),format=${format}`,
  },
  system: {
    needs: ['videoconvert'],
    describe: (format) => `videoconvert ! video/x-raw,format=${format}`,
  },
};
