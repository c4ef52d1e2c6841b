import manifest from '../package.json' with { type: 'json' };

/** The release of the app: what its OpenAPI document and `/healthz` state. A test holds it to the toolkit's. */
export const VERSION: string = manifest.version;
