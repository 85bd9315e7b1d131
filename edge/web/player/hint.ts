import { page } from './page.ts';

let timer: ReturnType<typeof setTimeout> | undefined;

/** Says something at the edge of the picture, for so many milliseconds. */
export function showHint(text: string, ms: number): void {
  clearTimeout(timer);
  page.hint.textContent = text;
  page.hint.hidden = false;
  timer = setTimeout(hideHint, ms);
}

export function hideHint(): void {
  clearTimeout(timer);
  page.hint.hidden = true;
}
