/** What the player keeps of what a person has chosen: sessionStorage, localStorage, or a double. */
export type Keep = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Keeps in `storage()`; where the browser refuses that, as it does to pages that may keep nothing, until the page is left. */
export function keepIn(storage: () => Keep): Keep {
  const memory = new Map<string, string>();
  const attempt = <T>(work: (keep: Keep) => T): T | undefined => {
    try {
      return work(storage());
    } catch {
      return undefined;
    }
  };
  return {
    getItem: (key) => attempt((keep) => keep.getItem(key)) ?? memory.get(key) ?? null,
    setItem: (key, value) => {
      memory.set(key, value);
      attempt((keep) => keep.setItem(key, value));
    },
    removeItem: (key) => {
      memory.delete(key);
      attempt((keep) => keep.removeItem(key));
    },
  };
}

/** For as long as the tab lives, over reloads. */
export const tab = keepIn(() => sessionStorage);
/** For every tab, and for later. Nothing secret. */
export const browser = keepIn(() => localStorage);
