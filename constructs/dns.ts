export const TTL = { site: 300 };
