/** nftables' words for the two families. */
export const NFT_FAMILY = { ipv4: 'ip', ipv6: 'ip6' } as const;

/** One value, or several as an anonymous set. */
export const nftSet = (all: string[]): string => (all.length === 1 ? all[0]! : `{ ${all.join(', ')} }`);

/** Longest comment that the kernel keeps, less its end. @see NFTNL_UDATA_COMMENT_MAXLEN in libnftnl */
const COMMENT_MAX = 127;

/** Names, each once, as a comment that nftables takes. */
export function nftComment(names: string[]): string {
  const text = [...new Set(names)].join(', ');
  return `comment "${text.length <= COMMENT_MAX ? text : `${text.slice(0, COMMENT_MAX - 3)}...`}"`;
}
