import { dirname } from 'node:path';
import type { Size } from '#shared/screen.ts';

/** What Xorg needs in the file system, in a folder that nobody else gets into. */
export interface XorgFiles {
  config: string;
  log: string;
  /** By which touches are put in (xf86-input-inputtest), and pens (worker/native/pen). */
  touchSocket: string;
  tabletSocket: string;
}

/** An Xorg with a touch screen. */
export interface XorgOptions extends XorgFiles {
  /** The driver of pens; without it there is no tablet. */
  penDriver?: string | undefined;
}

/** What its devices are reached by. */
export const xorgDevices = ({ touchSocket, tabletSocket, penDriver }: XorgOptions): { touch: string; tablet?: string } => ({
  touch: touchSocket,
  ...(penDriver === undefined ? {} : { tablet: tabletSocket }),
});

/**
 * Xorg without a screen or devices of this machine (xorg.conf(5), dummy(4), inputtest(4)): pointer and keyboard come through XTEST, which
 * knows no touch; fingers come through a device of their own, and so do a pen and its eraser, by whose names applications know them for what
 * they are. The screen is as large as it may ever become.
 */
export const xorgConfig = ({ width, height }: Size, { touchSocket, tabletSocket, penDriver }: XorgOptions): string => `
Section "ServerFlags"
  Option "AutoAddDevices" "false"
  Option "AutoEnableDevices" "false"
  Option "AutoAddGPU" "false"
  Option "DontVTSwitch" "true"
  Option "AllowMouseOpenFail" "true"
EndSection
Section "Device"
  Identifier "dummy"
  Driver "dummy"
  VideoRam ${Math.ceil((width * height * 4) / 1024) + 16_384}
EndSection
Section "Monitor"
  Identifier "monitor"
  HorizSync 1-2000
  VertRefresh 1-1000
  Modeline "${width}x${height}" ${modeline({ width, height })}
EndSection
Section "Screen"
  Identifier "screen"
  Device "dummy"
  Monitor "monitor"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Modes "${width}x${height}"
    Virtual ${width} ${height}
  EndSubSection
EndSection
${device('touch', 'inputtest', { SocketPath: touchSocket, DeviceType: 'Touch' })}
${penDriver === undefined ? '' : tablet(penDriver, tabletSocket)}
Section "ServerLayout"
  Identifier "layout"
  Screen "screen"
  InputDevice "touch" "SendCoreEvents"
${(penDriver === undefined ? [] : tools).map((tool) => `  InputDevice "${tool}" "SendCoreEvents"`).join('\n')}
EndSection
`;

const tools = ['pen', 'eraser'] as const;

/** What comes with Xorg (Debian's xserver-xorg-core) stays where it is. */
const tablet = (driver: string, socket: string): string => `Section "Files"
  ModulePath "${dirname(driver)},/usr/lib/xorg/modules"
EndSection
${tools.map((tool) => device(tool, 'farpanepen', { Tool: tool, Socket: socket })).join('\n')}`;

const device = (name: string, driver: string, options: Readonly<Record<string, string>>): string =>
  `Section "InputDevice"
  Identifier "${name}"
  Driver "${driver}"
${Object.entries(options)
  .map(([option, value]) => `  Option "${option}" "${value}"`)
  .join('\n')}
EndSection`;

/** Sixty frames a second, with the least that a mode must have around its picture: no monitor will ever see it. */
function modeline({ width, height }: Size): string {
  const [across, down] = [width + 160, height + 40];
  const clockMhz = ((across * down * 60) / 1e6).toFixed(2);
  return [clockMhz, width, width + 48, width + 80, across, height, height + 3, height + 8, down].join(' ');
}

/** `-novtswitch`, `-sharevts`: the console stays as it is. The rest as for Xvfb. */
export const xorgArguments = (name: string, authority: string, { config, log }: XorgFiles): string[] => [
  ...[name, '-displayfd', '3', '-config', config, '-logfile', log, '-dpi', '96', '-auth', authority],
  ...['-nolisten', 'tcp', '-noreset', '-novtswitch', '-sharevts', '-s', '0', '-dpms'],
];
