/** Where the RTP of a client's microphone comes in, and the sink whose sound applications record. */
export interface MicrophoneWay {
  /** As in PULSE_SERVER. */
  server: string;
  sink: string;
  /** On 127.0.0.1. */
  rtp: { port: number; payloadType: number };
}

/** How long packets are waited for that others have overtaken. Milliseconds. */
const reorderMs = 20;

/** From RTP to sound, as the words of gst-launch-1.0(1). */
export function microphonePipeline({ server, sink, rtp: { port, payloadType } }: MicrophoneWay): string[] {
  const format = `application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,payload=${payloadType}`;
  const elements = [
    ['udpsrc', 'address=127.0.0.1', `port=${port}`, `caps=${format}`],
    ['rtpjitterbuffer', `latency=${reorderMs}`, 'do-lost=true'],
    ['rtpopusdepay'],
    ['opusdec', 'plc=true', 'use-inband-fec=true'],
    ['audioconvert'],
    ['audio/x-raw,rate=48000,channels=1'],
    // It does not wait for the first packet: clients send when they like.
    ['pulsesink', `server=${server}`, `device=${sink}`, 'client-name=farpane', 'provide-clock=false', 'async=false'],
  ];
  const latency = ['buffer-time=40000', 'latency-time=10000'];
  return [...elements.flatMap((words, index) => (index === 0 ? words : ['!', ...words])), ...latency];
}
