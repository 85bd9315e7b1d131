/** What a person is told when everything runs. */
export function summary({ url, token, logs }: { url: string; token: string; logs: string }): string {
  return `
  Farpane runs. Open the player:

    ${url}/#token=${token}

  or start a session by hand:

    curl -s -H 'Authorization: Bearer ${token}' \\
      -d '{"app":"doom"}' ${url}/1.0/sessions

  token   ${token}
  logs    ${logs}
  Ctrl-C ends everything.
`;
}
