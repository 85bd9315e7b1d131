import { built } from '#infra/config.ts';
import { gstreamerAddon } from '#infra/setup/addon.ts';
import { capture } from '#infra/setup/command.ts';
import type { Vendor } from '#worker/capture/encoders/candidate.ts';
import { candidates } from '#worker/capture/encoders/candidates.ts';
import { probeEncoders, probeSettings } from '#worker/capture/encoders/probe.ts';
import { type UsableEncoder, usableEncoders } from '#worker/capture/encoders/usable.ts';
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
  rtpjitterbuffer: 'gstreamer1.0-plugins-good',
  rtpopusdepay: 'gstreamer1.0-plugins-good',
  opusdec: 'gstreamer1.0-plugins-base',
  pulsesink: 'gstreamer1.0-pulseaudio',
  rtpvp8depay: 'gstreamer1.0-plugins-good',
  vp8dec: 'gstreamer1.0-plugins-good',
  videoscale: 'gstreamer1.0-plugins-base',
  videorate: 'gstreamer1.0-plugins-base',
  y4menc: 'gstreamer1.0-plugins-good',
  rtpbin: 'gstreamer1.0-plugins-good',
  funnel: 'gstreamer1.0-plugins-base',
  udpsink: 'gstreamer1.0-plugins-good',
  udpsrc: 'gstreamer1.0-plugins-good',
};
const encoderPackages = { H264: 'gstreamer1.0-plugins-ugly', VP8: 'gstreamer1.0-plugins-good' } as const;

/** What each kind of encoder needs. */
const needs: Readonly<Record<Vendor, string>> = {
  nvidia: 'a card with NVENC, its driver with libnvidia-encode, and GStreamer 1.24 or newer for drivers from R550 on',
  va: 'an Intel or AMD card, its VA-API driver (apt-get install va-driver-all) and access to /dev/dri/renderD128',
  qsv: 'an Intel card and its library (apt-get install libmfx-gen1.2)',
  v4l2: 'a board whose kernel has a V4L2 encoder, and access to /dev/video*',
  software: 'apt-get install gstreamer1.0-plugins-bad gstreamer1.0-plugins-good gstreamer1.0-plugins-ugly',
};

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

/** One encoder that runs is enough for a codec; H.264 and VP8 need one. How to mend is said once for each kind that is not here. */
async function encoderFindings(): Promise<Finding[]> {
  const probes = await probeEncoders({ gstreamerPluginPath: built.gstreamerPlugins, candidates });
  const usable = usableEncoders(candidates, probes);
  const told = new Set(usable.map(({ vendor }) => vendor));
  const each = candidates.map(({ element, codec, vendor }, index) => {
    const { message = '', ms = 0, usable: found = null } = probes[index] ?? {};
    const { width, height } = probeSettings;
    if (found !== null)
      return ok(`encoder ${element}`, `${codec}, ${ms} ms to start at ${width}x${height}, from ${found.memory} memory`);
    const mend = told.has(vendor) ? {} : { mend: needs[vendor] };
    told.add(vendor);
    return { ...absent(`encoder ${element}`, `${codec}: ${message}`), ...mend };
  });
  return [...each, ...codecFindings(usable)];
}

const codecFindings = (usable: readonly UsableEncoder[]): Finding[] =>
  (['H264', 'VP8'] as const)
    .filter((codec) => !usable.some((encoder) => encoder.codec === codec))
    .map((codec) => missing(`codec ${codec}`, 'no encoder of it runs', `apt-get install ${encoderPackages[codec]}`));
