import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';

const root = dirname(import.meta.dirname);

/** Where things are, and what the environment says: read once. All paths are absolute. */
export const config = Object.freeze({
  /** The checkout. */
  root,
  /** What this checkout builds, writes and remembers. */
  stateDir: resolve(process.env['FARPANE_STATE'] ?? resolve(root, '.farpane')),
  /** What is dear to build and the same for every checkout of this user. */
  cacheDir: resolve(process.env['XDG_CACHE_HOME'] ?? resolve(homedir(), '.cache'), 'farpane'),
  adminSecret: process.env['FARPANE_ADMIN_SECRET'],
});

/** What setup builds, as paths within the state directory. */
export const built = Object.freeze({
  gstreamerPlugins: resolve(config.stateDir, 'gstreamer'),
  playoutDelay: resolve(config.stateDir, 'gstreamer/libgstplayoutdelay.so'),
  propertyText: resolve(config.stateDir, 'gstreamer/libgstpropertytext.so'),
  screenSource: resolve(config.stateDir, 'gstreamer/libgstxdamage.so'),
  timecode: resolve(config.stateDir, 'bin/timecode'),
  glassTracer: resolve(config.stateDir, 'gstreamer/libgstglasstracer.so'),
  penDriver: resolve(config.stateDir, 'xorg/farpanepen_drv.so'),
  gamepad: resolve(config.stateDir, 'bin/gamepad'),
  pacing: resolve(config.stateDir, 'bin/pacing'),
  painter: resolve(config.stateDir, 'bin/painter'),
  flashBeep: resolve(config.stateDir, 'bin/flashbeep'),
  keyclock: resolve(config.stateDir, 'bin/keyclock'),
  mediasoupWorker: resolve(root, 'node_modules/mediasoup/worker/out/Release/mediasoup-worker'),
});
