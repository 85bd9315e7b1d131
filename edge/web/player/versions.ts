import type { OfferedApplication } from '#shared/gateway.ts';

type Versions = OfferedApplication['versions'];

/**
 * The versions of an application that a person may choose of, the latest first; none where there is nothing to choose. The value '' asks for
 * no version: then it is the latest that is published.
 */
export function versionChoices(versions: Versions): { value: string; label: string }[] {
  const latest = versions.findLast(({ published }) => published);
  if (versions.length === 1 && latest !== undefined) return [];
  const others = versions.filter((each) => each !== latest).toReversed();
  return [
    ...(latest === undefined ? [] : [{ value: '', label: `Latest (${latest.version})` }]),
    ...others.map(({ version, published }) => ({
      value: `${version}`,
      label: `${version}${published ? '' : ', not published'}`,
    })),
  ];
}
