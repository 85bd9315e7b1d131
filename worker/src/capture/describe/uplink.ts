/** How the RTP of a client comes in: Opus of a microphone, VP8 of a camera. */
export interface RtpWay {
  /** On 127.0.0.1. */
  port: number;
  payloadType: number;
}

/** The sink whose sound applications record. `server`: as in PULSE_SERVER. */
export interface MicrophoneSink {
  server: string;
  sink: string;
}

/** What an application reads: a device of v4l2loopback, or a connection that the process has as this file descriptor, as YUV4MPEG2. */
export type CameraOutput = { kind: 'device'; path: string } | { kind: 'stream'; descriptor: number };

/** The picture that an application gets, whatever the client sends. */
export interface CameraPicture {
  width: number;
  height: number;
  fps: number;
}

/** How long packets are waited for that others have overtaken. Milliseconds. Of a camera those that are lost are sent again. */
const reorderMs = { sound: 20, picture: 100 } as const;

/** From RTP to sound, as the words of gst-launch-1.0(1). */
export function microphonePipeline({ server, sink }: MicrophoneSink, { port, payloadType }: RtpWay): string[] {
  return chain([
    ...incoming(port, `media=audio,encoding-name=OPUS,clock-rate=48000,payload=${payloadType}`, reorderMs.sound),
    ['rtpopusdepay'],
    ['opusdec', 'plc=true', 'use-inband-fec=true'],
    ['audioconvert'],
    ['audio/x-raw,rate=48000,channels=1'],
    [
      ...['pulsesink', `server=${server}`, `device=${sink}`, 'client-name=farpane', 'provide-clock=false'],
      // It does not wait for the first packet: clients send when they like.
      ...['async=false', 'buffer-time=40000', 'latency-time=10000'],
    ],
  ]);
}

/** From RTP to pictures of one size and rate, as the words of gst-launch-1.0(1). */
export function cameraPipeline(output: CameraOutput, picture: CameraPicture, { port, payloadType }: RtpWay): string[] {
  const { width, height, fps } = picture;
  return chain([
    ...incoming(port, `media=video,encoding-name=VP8,clock-rate=90000,payload=${payloadType}`, reorderMs.picture),
    ['rtpvp8depay'],
    ['vp8dec'],
    // An application that is behind gets the newest picture.
    ['queue', 'leaky=downstream', 'max-size-buffers=1', 'max-size-bytes=0', 'max-size-time=0'],
    ['videoconvert'],
    ['videoscale', 'add-borders=true'],
    ['videorate'],
    [`video/x-raw,format=I420,width=${width},height=${height},framerate=${fps}/1,pixel-aspect-ratio=1/1`],
    ...(output.kind === 'device'
      ? [['v4l2sink', `device=${output.path}`, 'sync=false', 'async=false']]
      : [['y4menc'], ['fdsink', `fd=${output.descriptor}`, 'sync=false', 'async=false']]),
  ]);
}

const incoming = (port: number, format: string, latencyMs: number): string[][] => [
  ['udpsrc', 'address=127.0.0.1', `port=${port}`, `caps=application/x-rtp,${format}`],
  ['rtpjitterbuffer', `latency=${latencyMs}`, 'do-lost=true'],
];

const chain = (elements: readonly (readonly string[])[]): string[] =>
  elements.flatMap((words, index) => (index === 0 ? words : ['!', ...words]));
