/** Somebody who is named in a text: `@[Inès Benali](id)`. */
export const MENTION = /@\[([^\]\n]{1,100})\]\(([0-9a-f-]{36})\)/g;

/** Markdown in which people who are named stand out instead of being a link to nowhere. Of the signs in a name none means anything. */
export const withNames = (body: string): string =>
  body.replace(MENTION, (_, name: string) => `**@${name.replace(/[!-/:-@[-`{-~]/g, '\\$&')}**`);
