import { access, constants, readdir } from 'node:fs/promises';
import { built } from '#infra/config.ts';
import { missingPackages } from '#infra/setup/apt.ts';
import { workerRuns } from '#infra/setup/mediasoup.ts';
import { packages } from '#infra/setup/packages.ts';
import { isPortFree } from '#infra/stack/ports.ts';
import { usualPorts } from '#infra/start/ports.ts';
import { absent, type Finding, missing, ok } from './finding.ts';

/** Node, the media server's process, packages, ports. */
export async function machineFindings(): Promise<Finding[]> {
  const [worker, lacking, ports] = await Promise.all([
    workerRuns(built.mediasoupWorker),
    missingPackages([...packages.run, ...packages.build, ...packages.demo]),
    portFindings(),
  ]);
  return [
    ok('Node', process.version),
    worker ? ok('mediasoup worker') : missing('mediasoup worker', 'there is none that runs here', 'run npm run setup'),
    lacking.length === 0
      ? ok('system packages')
      : missing('system packages', lacking.join(', '), `apt-get install ${lacking.join(' ')}`),
    await gamepadFinding(),
    await cameraFinding(),
    ...ports,
  ];
}

/** Only applications that take gamepads need it. */
async function gamepadFinding(): Promise<Finding> {
  try {
    await access('/dev/uinput', constants.W_OK);
    return ok('gamepads', '/dev/uinput');
  } catch {
    return absent('gamepads', '/dev/uinput can’t be written: applications get no gamepads (modprobe uinput, as root)');
  }
}

/** Only applications that take a camera as a device need one. */
async function cameraFinding(): Promise<Finding> {
  // What no driver of a real device has made is v4l2loopback's.
  const names = await readdir('/sys/devices/virtual/video4linux').catch(() => []);
  if (names.length > 0) return ok('cameras', names.map((name) => `/dev/${name}`).join(', '));
  const mend = 'apt-get install v4l2loopback-dkms, then modprobe v4l2loopback exclusive_caps=1, as root';
  return absent('cameras', `there is no v4l2loopback: applications get cameras on a socket, not as a device (${mend})`);
}

/** A port that is taken is no fault: `npm start` finds another. */
async function portFindings(): Promise<Finding[]> {
  const ip = '127.0.0.1';
  return Promise.all(
    Object.entries(usualPorts).map(async ([part, port]) =>
      (await isPortFree(port, ip))
        ? ok(`port ${port}`, part)
        : absent(`port ${port}`, `${part}: taken; npm start will use another`),
    ),
  );
}
