/** A line is that of an application and of the region that was asked for; `region` "" = any. Neither has a slash in it. */
export const lineName = (app: string, region: string): string => `${region}/${app}`;

/** What a line is for, by its name. */
export function lineFor(name: string): { app: string; region: string } {
  const [region = '', app = ''] = name.split('/');
  return { app, region };
}
