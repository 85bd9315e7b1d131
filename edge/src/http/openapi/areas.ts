import { accounts } from './areas/accounts.ts';
import { catalogue } from './areas/catalogue.ts';
import { documents } from './areas/documents.ts';
import { sessions } from './areas/sessions.ts';
import { settings } from './areas/settings.ts';
import { shares } from './areas/shares.ts';
import { signalling } from './areas/signalling.ts';
import { whep } from './areas/whep.ts';
import type { Area } from './endpoint.ts';

/** The whole API, in the order in which it is shown. */
export const areas: readonly Area[] = [sessions, signalling, shares, whep, catalogue, settings, accounts, documents];
