/** What a line is for. `appVersion`: 0 = the latest; `region`: "" = any. */
export interface LineWish {
  readonly app: string;
  readonly appVersion: number;
  readonly region: string;
}

/** A line is that of an application, of the version and of the region that were asked for. None of them has a slash in it. */
export const lineName = ({ app, appVersion, region }: LineWish): string =>
  `${region}/${app}${appVersion === 0 ? '' : `/${appVersion}`}`;

/** What a line is for, by its name. */
export function lineFor(name: string): LineWish {
  const [region = '', app = '', appVersion = '0'] = name.split('/');
  return { app, appVersion: Number(appVersion), region };
}
