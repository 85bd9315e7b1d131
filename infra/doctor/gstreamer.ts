import { built } from '#infra/config.ts';
import { gstreamerAddon } from '#infra/setup/addon.ts';
import { capture } from '#infra/setup/command.ts';
import { probeEncoders } from '#worker/capture/probe.ts';
import { absent, type Finding, missing, ok } from './finding.ts';

/** Elements that every pipeline needs, and the package that has each. */
const elements: Readonly<Record<string, string>> = {
  ximagesrc: 'gstreamer1.0-plugins-good',
  videoconvert: 'gstreamer1.0-plugins-base',
  pulsesrc: 'gstreamer1.0-pulseaudio',
  opusenc: 'gstreamer1.0-plugins-base',
  rtph264pay: 'gstreamer1.0-plugins-good',
  rtpvp8pay: 'gstreamer1.0-plugins-good',
  rtpopuspay: 'gstreamer1.0-plugins-good',
  rtpbin: 'gstreamer1.0-plugins-good',
  funnel: 'gstreamer1.0-plugins-base',
  udpsink: 'gstreamer1.0-plugins-good',
  udpsrc: 'gstreamer1.0-plugins-good',
};
const encoderPackages = { H264: 'gstreamer1.0-plugins-ugly', VP8: 'gstreamer1.0-plugins-good' } as const;

/** GStreamer: the binding, the elements, the plugin of our own, and every encoder by running it. */
export async function gstreamerFindings(): Promise<Finding[]> {
  const [binding, own, screen, ...found] = await Promise.all([
    bindingFinding(),
    elementFinding('rtphdrextplayoutdelay', 'run npm run setup', built.gstreamerPlugins),
    elementFinding('xdamagesrc', 'run npm run setup', built.gstreamerPlugins),
    ...Object.entries(elements).map(([name, debian]) => elementFinding(name, `apt-get install ${debian}`)),
  ]);
  return [binding, ...found, { ...own, name: 'playout-delay plugin' }, screenFinding(screen), ...(await encoderFindings())];
}

async function bindingFinding(): Promise<Finding> {
  const what = await gstreamerAddon.check();
  return what === undefined ? ok(gstreamerAddon.name) : missing(gstreamerAddon.name, what, 'run npm run setup');
}

async function elementFinding(name: string, mend: string, pluginPath?: string): Promise<Finding> {
  const env = pluginPath === undefined ? {} : { GST_PLUGIN_PATH: pluginPath };
  const { code } = await capture('gst-inspect-1.0', [name], { env, timeoutMs: 30_000 });
  return code === 0 ? ok(`element ${name}`) : missing(`element ${name}`, 'GStreamer does not know it', mend);
}

/** Without it everything works, but later. */
const screenFinding = (finding: Finding): Finding =>
  finding.state === 'missing'
    ? absent('screen source plugin', 'displays are captured by ximagesrc, on a clock of its own: run npm run setup')
    : { ...finding, name: 'screen source plugin' };

/** One encoder that runs is enough for a codec; each codec needs one. */
async function encoderFindings(): Promise<Finding[]> {
  const probes = await probeEncoders({ gstreamerPluginPath: built.gstreamerPlugins });
  const each = probes.map(({ name, codec, works, message, ms }) =>
    works ? ok(`encoder ${name}`, `${codec}, ${ms} ms for 5 frames`) : absent(`encoder ${name}`, message),
  );
  const codecs = (['H264', 'VP8'] as const).filter((codec) => !probes.some((probe) => probe.codec === codec && probe.works));
  return [
    ...each,
    ...codecs.map((codec) => missing(`codec ${codec}`, 'no encoder of it runs', `apt-get install ${encoderPackages[codec]}`)),
  ];
}
