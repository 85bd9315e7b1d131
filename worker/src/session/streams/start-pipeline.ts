import type { Screen } from '#shared/screen.ts';
import type { Capture, CodedPicture, Pipeline } from '#worker/capture/capture.ts';
import type { EncoderPool } from '#worker/capture/encoders/pool.ts';
import type { Instance } from '#worker/instance/instance.ts';
import type { Ingest } from '#worker/media/room.ts';
import type { PipelineStart } from './streams.ts';
import { startVideo } from './video.ts';

interface PipelineOptions extends PipelineStart {
  capture: Capture;
  ingest: Ingest;
  instance: Instance;
  screen: Screen;
  /** What is coded of the screen. */
  picture: CodedPicture;
  encoders: EncoderPool;
}

/** Starts what fills an ingest with what an instance shows, or sounds like. */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { capture, ingest, instance, screen, picture, encoders, kbps, onBroken } = options;
  const { port, ssrc, payloadType, playoutDelayExtensionId } = ingest;
  if (ingest.codec === 'OPUS') {
    if (instance.sound === null) throw new TypeError('An instance without sound has no audio stream.');
    return await capture.startAudio({ ...instance.sound, rtp: { port, ssrc, payloadType } });
  }
  const source = {
    display: instance.display.name,
    authority: instance.display.authority,
    width: picture.size?.width ?? screen.width,
    height: picture.size?.height ?? screen.height,
    fps: picture.fps,
    size: picture.size,
    codec: ingest.codec,
    bitrateKbps: kbps,
    rtp: { port, ssrc, payloadType, playoutDelayExtensionId },
  };
  return await startVideo(capture, source, encoders, onBroken);
}
