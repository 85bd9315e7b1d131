import { bundle } from './bundle.ts';

/** What the Worker serves: wrangler runs this from the top of the repository, and again when something here changes. */
await bundle('edge/web/dist');
