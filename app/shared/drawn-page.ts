/** What a page was drawn from, for the browser that goes on with it: the key of each thing that was read, and the thing. */
export type Read = [key: readonly unknown[], data: unknown][];

/** Where it stands in a page. */
export const READ_ID = 'read';
/** What takes its place where a text of the page itself says the same. */
export const IN_PAGE = { inPage: true } as const;
