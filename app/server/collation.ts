/** Names in the order of a French dictionary, with or without accents and capitals, and numbers in them as numbers. */
const french = new Intl.Collator('fr', { numeric: true });

/** How two things stand to each other by their names, the same over every database; of one name, by their ids. */
export const byName = (one: { name: string; id: string }, other: { name: string; id: string }): number =>
  french.compare(one.name, other.name) || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
