import type { CatalogueEntry } from '#infra/stack/host-config.ts';

/** Sends all that comes on a socket back on it. */
const echo = `
my $path = "$ENV{FARPANE_SOCKETS}/webrtc_data_echo";
my $socket = IO::Socket::UNIX->new(Peer => $path) or die "$path: $!";
while (sysread($socket, my $bytes, 65536)) {
  # What only the host says has a kind that it does not take.
  $bytes = substr($bytes, 5) if !$began++;
  for (my $at = 0; $at < length $bytes; ) { $at += syswrite($socket, $bytes, length($bytes) - $at, $at) // die $! }
}
`;

/** Tells on a data channel what touches and strokes of a pen the display has. */
const tellTouches = `
my $path = "$ENV{FARPANE_SOCKETS}/webrtc_data_touches";
my $socket = IO::Socket::UNIX->new(Peer => $path) or die "$path: $!";
$socket->autoflush(1);
while (my $line = <STDIN>) { print $socket $line if $line =~ /^EVENT type|device:|detail|root:|^ +[0-9]: / }
`;

/** Applications that use what the control channel brings; each shows a clock, so that there is a picture. */
export const applications: CatalogueEntry[] = [
  {
    name: 'echo',
    command: '/bin/sh',
    arguments: ['-c', `xclock & exec perl -MIO::Socket::UNIX -e '${echo}'`],
    sound: false,
    dataChannels: { framing: 'length', names: ['echo'] },
  },
  // What is typed is what is copied.
  {
    name: 'copy',
    command: '/bin/sh',
    arguments: [
      '-c',
      `exec xterm -u8 -e sh -c 'stty -icanon -echo; while read -r line; do printf %s "$line" | xclip -selection clipboard; done'`,
    ],
    sound: false,
  },
  {
    name: 'touch',
    command: '/bin/sh',
    arguments: ['-c', `xclock -update 1 & stdbuf -oL xinput test-xi2 --root | exec perl -MIO::Socket::UNIX -e '${tellTouches}'`],
    sound: false,
    touch: true,
    dataChannels: { framing: 'raw', names: ['touches'] },
  },
];
