/** What a person may choose from in `sites/`: the schema and the rules both read these lists. */
export const ROLES = ['edge', 'bastion', 'control-plane', 'worker', 'database'] as const;
export const SURVIVAL_GOALS = ['host', 'site', 'site-and-host'] as const;
/** What a platform promises to outlive, all of it: its app, its files and its database. */
export const PROMISES = ['any-host', 'any-site', 'any-site-and-a-host'] as const;
export const VOLUME_STORES = ['local', 'block', 'ceph', 'nfs'] as const;
