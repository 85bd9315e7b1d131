/** What a line is for. `version`: 0 = the latest; `region`: "" = any. */
export interface LineWish {
  readonly app: string;
  readonly version: number;
  readonly region: string;
}

/** A line is that of an application, of the version and of the region that were asked for. None of them has a slash in it. */
export const lineName = ({ app, version, region }: LineWish): string => `${region}/${app}${version === 0 ? '' : `/${version}`}`;

/** What a line is for, by its name. */
export function lineFor(name: string): LineWish {
  const [region = '', app = '', version = '0'] = name.split('/');
  return { app, version: Number(version), region };
}
