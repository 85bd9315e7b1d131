import type { FarpaneError, SessionState } from '#web/farpane-client.ts';

/** A failure or an end as a person reads it: what happened, what to do, and what the button under it does. */
export interface Notice {
  readonly kind: 'failure' | 'end';
  readonly title: string;
  readonly advice: string;
  /** `retry`: the same again. `token`: another token is asked for. `none`: the form below says it all. */
  readonly action: 'retry' | 'token' | 'none';
  readonly button: string;
}

export function stateWords(state: SessionState): string {
  switch (state.name) {
    case 'idle':
      return 'Ready';
    case 'creating':
      return 'Asking for a session…';
    case 'waiting':
      return state.place === 1
        ? 'All places are taken. You are next in the line…'
        : `All places are taken. You are number ${state.place} in the line…`;
    case 'signalling':
      return 'Starting the application…';
    case 'connecting':
      return 'Waiting for the picture…';
    case 'playing':
      return 'Playing';
    case 'reconnecting':
      return state.attempt < 2 ? 'Reconnecting…' : `Reconnecting, attempt ${state.attempt}…`;
    case 'ended':
      return 'Ended';
    case 'failed':
      return 'Failed';
    default:
      return state satisfies never;
  }
}

/** What is said when a session is over without a failure. */
export function endNotice(reason: 'left' | 'ended' | 'replaced'): Notice {
  if (reason === 'replaced') {
    return {
      kind: 'end',
      title: 'This session is now open somewhere else.',
      advice: 'A session plays in one place at a time. Take it back, or start another one.',
      action: 'retry',
      button: 'Take it back',
    };
  }
  return {
    kind: 'end',
    title: 'The session has ended.',
    advice: 'Start another one whenever you like.',
    action: 'none',
    button: '',
  };
}

/** What is said of a failure. */
export function failureNotice(error: FarpaneError): Notice {
  const { advice, action } = remedy(error);
  return {
    kind: 'failure',
    title: error.message,
    advice,
    action,
    button: action === 'token' ? 'Use another token' : 'Try again',
  };
}

const again = (advice: string) => ({ advice, action: 'retry' }) as const;

function remedy({ code }: FarpaneError): { advice: string; action: Notice['action'] } {
  switch (code) {
    case 'bad_token':
    case 'unauthorized':
    case 'forbidden':
      return {
        advice: 'It may be mistyped, expired or revoked. Paste another one, or ask whoever runs this service.',
        action: 'token',
      };
    case 'unknown_application':
      return again('It may have been taken out of service. Choose another one, or try again later.');
    case 'unknown_version':
      return again('It may have been replaced. Choose another version, or try again later.');
    case 'no_host':
      return again('All hosts are busy or away. Try again in a moment.');
    case 'gateway_away':
      return again('Check your network connection, then try again.');
    case 'unavailable':
    case 'timeout':
    case 'host_draining':
    case 'rate_limited':
      return again('The service may be busy or restarting. Try again in a moment.');
    case 'socket_failed':
    case 'signalling_timeout':
      return again('A proxy may be blocking WebSockets, or the host may be busy. Try again.');
    case 'connection_failed':
    case 'no_video':
      return again('A firewall may be blocking the media. Try again, or from another network.');
    case 'bad_sdp':
      return again('Choose another video codec, or use another browser.');
    case 'host_lost':
      return again('What ran on it is gone with it. Start it again: another host may take it.');
    case 'connection_lost':
      return again('Check your network connection, then try again.');
    case 'application_failed':
    case 'application_exited':
      return again('Start it again. If it keeps failing, tell whoever runs this service.');
    case 'unsupported':
      return { advice: 'Use a current Chrome, Edge, Firefox or Safari.', action: 'none' };
    case 'server_too_old':
    case 'client_too_old':
    case 'bad_reply':
      return again('The page may be out of date: reload it. If that does not help, tell whoever runs this service.');
    default:
      return again('Try again. If it keeps failing, tell whoever runs this service.');
  }
}
