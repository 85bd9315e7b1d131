import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import { rememberedProbes } from '#worker/capture/encoders/cache.ts';
import { candidatesFor } from '#worker/capture/encoders/candidates.ts';
import { EncoderPool } from '#worker/capture/encoders/pool.ts';
import { usableEncoders } from '#worker/capture/encoders/usable.ts';
import type { HostConfig } from '#worker/config/schema.ts';
import { carriedVideoCodecs } from '#worker/media/codecs.ts';
import { codecChoice } from '#worker/session/streams/codecs.ts';

/**
 * Finds the encoders that work on this machine, of the codecs that a session could use.
 *
 * @throws AppError `capture_failed` where an application could not be shown with any.
 */
export async function findEncoders(config: HostConfig, log: Logger): Promise<EncoderPool> {
  const { applications, media, host } = config;
  const started = performance.now();
  const candidates = candidatesFor(carriedVideoCodecs.filter((codec) => allowed(config).has(codec)));
  const probes = await rememberedProbes({
    candidates,
    gstreamerPluginPath: media.gstreamerPlugins,
    stateDirectory: host.stateDirectory,
  });
  const pool = new EncoderPool(usableEncoders(candidates, probes), log);
  log.info('encoders.found', {
    encoders: pool.states.map(({ name }) => name),
    ms: Math.round(performance.now() - started),
  });
  for (const { name, codecs = media.codecs } of applications) {
    if (codecChoice(pool.codecs, codecs).usual.length > 0) continue;
    const limited = codecs === undefined ? '' : ` of ${codecs.join(', ')}, which is what '${name}' is limited to,`;
    throw new AppError('capture_failed', {
      message: `No video encoder${limited} works on this machine: run \`npm run doctor\`.`,
    });
  }
  return pool;
}

/** What any application may use. */
const allowed = ({ applications, media }: HostConfig): Set<string> =>
  new Set(applications.flatMap(({ codecs = media.codecs ?? carriedVideoCodecs }) => codecs));
