/** A message of a named data channel, as the client sent it or is to get it. */
export interface ChannelMessage {
  kind: 'text' | 'binary';
  data: Buffer;
}

/** The largest message on any data channel, in bytes. */
export const maxMessageBytes = 256 * 1024;
