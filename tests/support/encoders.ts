import { built } from '#infra/config.ts';
import { gstreamerEnvironment } from '#worker/capture/config.ts';
import type { EncoderSettings } from '#worker/capture/encoders/candidate.ts';
import { candidates } from '#worker/capture/encoders/candidates.ts';
import { describeEncoder, type ElementProperties, type Encoder } from '#worker/capture/encoders/encoder.ts';
import { readProperties } from '#worker/capture/encoders/inspect.ts';
import { runTool } from '#worker/capture/encoders/tools.ts';
import type { VideoCodec } from '#worker/capture/video-codec.ts';

const known = new Map<string, ElementProperties>();

/** The first software encoder of a codec, or the one that is named, as this machine's GStreamer takes it. */
export async function softwareEncoder(codec: VideoCodec, settings: EncoderSettings, element?: string): Promise<Encoder> {
  const ofCodec = candidates.filter((each) => each.codec === codec && each.vendor === 'software');
  const candidate = ofCodec.find((each) => element === undefined || each.element === element);
  if (candidate === undefined) throw new Error(`There is no encoder for ${codec}.`);
  let properties = known.get(candidate.element);
  if (properties === undefined) {
    const env = gstreamerEnvironment(built.gstreamerPlugins);
    const { output } = await runTool('gst-inspect-1.0', [candidate.element], { env, limitMs: 30_000 });
    properties = readProperties(output.toString('utf8'));
    known.set(candidate.element, properties);
  }
  return describeEncoder(candidate, 'system', properties, settings);
}
