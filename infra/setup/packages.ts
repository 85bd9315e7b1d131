/** The Debian packages, by what needs them. Names as in Debian 12. */
export const packages = {
  /** What a host, NATS and coturn run with. */
  run: [
    'bubblewrap',
    'coturn',
    'fonts-dejavu-core',
    'gstreamer1.0-plugins-bad',
    'gstreamer1.0-plugins-base',
    'gstreamer1.0-plugins-good',
    'gstreamer1.0-plugins-ugly',
    'gstreamer1.0-pulseaudio',
    'gstreamer1.0-tools',
    'gstreamer1.0-x',
    'libnss3',
    'libssl3',
    'nats-server',
    'pulseaudio',
    'pulseaudio-utils',
    'util-linux',
    'xauth',
    'xvfb',
  ],
  /** What compiles the GStreamer binding of Node and the GStreamer plugin. */
  build: ['g++', 'libgstreamer-plugins-base1.0-dev', 'libgstreamer1.0-dev', 'make', 'pkg-config', 'python3'],
  /** The applications of the demonstration. */
  demo: ['chocolate-doom', 'freedoom', 'x11-apps', 'xterm'],
  /** What only the tests and the benches need. */
  test: [
    'chromium',
    'gir1.2-gst-plugins-bad-1.0',
    'gir1.2-gst-plugins-base-1.0',
    'gstreamer1.0-nice',
    'libx11-dev',
    'libxext-dev',
    'python3-gi',
  ],
  /** What builds the mediasoup worker where the official one can't be fetched. */
  mediasoupWorker: [
    'flatbuffers-compiler',
    'g++',
    'libabsl-dev',
    'libflatbuffers-dev',
    'libnss3-dev',
    'libsrtp2-dev',
    'libssl-dev',
    'libuv1-dev',
    'meson',
    'ninja-build',
    'perl',
    'pkg-config',
  ],
} as const satisfies Record<string, readonly string[]>;
