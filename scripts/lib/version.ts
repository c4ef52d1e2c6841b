import manifest from '../../package.json' with { type: 'json' };

/** The release of the toolkit: what it writes beside the trees that it makes. */
export const VERSION: string = manifest.version;
