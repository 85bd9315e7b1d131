import { join } from 'node:path';

/**
 * The environment for a process that loads GStreamer. Its list of plugins is kept in `pluginPath`: shared with nobody whose
 * plugins are others, or each would read all plugins again at every start.
 */
export function gstreamerEnvironment(pluginPath: string): NodeJS.ProcessEnv {
  return { ...process.env, GST_PLUGIN_PATH: pluginPath, GST_REGISTRY: registryFile(pluginPath) };
}

/** The same for the capture child, which finds its modules compiled from its second start on: it is ready in two thirds of the time. */
export const childEnvironment = (pluginPath: string): NodeJS.ProcessEnv => ({
  ...gstreamerEnvironment(pluginPath),
  NODE_COMPILE_CACHE: join(pluginPath, 'compiled'),
});

/** Where the list of plugins is kept. */
export const registryFile = (pluginPath: string): string => join(pluginPath, 'registry.bin');

/** Says which key opens the X display: ximagesrc has no property for it. Node hands this on to libc, which is what Xlib asks. */
export function useXAuthority(file: string): void {
  process.env['XAUTHORITY'] = file;
}
