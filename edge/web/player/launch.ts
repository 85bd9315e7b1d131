import type { OfferedApplication } from '#shared/gateway.ts';
import { page } from './page.ts';
import { versionChoices } from './versions.ts';

let offered: readonly OfferedApplication[] = [];

/** Shows the applications to choose from; what is chosen stays so where it is still offered. */
export function offer(applications: readonly OfferedApplication[]): void {
  offered = applications;
  fill(
    page.app,
    applications.map(({ name }) => ({ value: name, label: name })),
  );
  offerVersions();
  page.tokenForm.hidden = true;
  page.launchForm.hidden = false;
  page.cardTitle.textContent = 'Start an application';
  page.app.disabled = applications.length === 0;
  page.start.disabled = applications.length === 0;
}

/** Makes the versions those of the application that is chosen. */
export function setLaunch(): void {
  page.app.addEventListener('change', () => {
    page.version.replaceChildren();
    offerVersions();
  });
}

export interface Chosen {
  readonly app: string;
  readonly appVersion?: number;
}

/** What the form says. */
export function chosen(): Chosen {
  const { value } = page.version;
  return { app: page.app.value, ...(value === '' ? {} : { appVersion: Number(value) }) };
}

function offerVersions(): void {
  const choices = versionChoices(offered.find(({ name }) => name === page.app.value)?.versions ?? []);
  fill(page.version, choices);
  page.versionField.hidden = choices.length === 0;
}

function fill(select: HTMLSelectElement, choices: readonly { value: string; label: string }[]): void {
  const before = select.value;
  select.replaceChildren(...choices.map(({ value, label }) => new Option(label, value, false, value === before)));
}
