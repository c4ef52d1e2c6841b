/** What a person may choose from in `sites/`: the schema and the rules both read these lists. */
export const ROLES = ['edge', 'bastion', 'control-plane', 'worker', 'database'] as const;
export const SURVIVAL_GOALS = ['host', 'site', 'site-and-host'] as const;
export const VOLUME_STORES = ['local', 'block', 'ceph', 'nfs'] as const;
