/**
 * The addresses of a list that somebody typed or pasted, each once: one a line, or between commas, semicolons or spaces, with or without
 * the names that mail programs write beside them, as in `Léa Dupont <lea@exemple.fr>`. What is no address stays in the list, so that it can
 * learn which.
 */
export function addressesIn(list: string): string[] {
  const all = list.split(/[\n;]/).flatMap(ofLine).map(plain);
  const known = new Set<string>();
  return all.filter((each) => each !== '' && !known.has(each.toLowerCase()) && known.add(each.toLowerCase()));
}

function ofLine(line: string): string[] {
  const [first = '', ...bracketed] = line.split('<');
  const found: string[] = [];
  let before = first;
  for (const each of bracketed) {
    const end = each.indexOf('>');
    // Of the names before it nothing is meant; an address before it stands for itself.
    found.push(...wordsOf(before.replace(/"[^"]*"/g, ' ')).filter((word) => word.includes('@')));
    found.push((end < 0 ? each : each.slice(0, end)).trim());
    before = end < 0 ? '' : each.slice(end + 1);
  }
  return [...found, ...wordsOf(before)];
}

const wordsOf = (text: string): string[] => text.split(/[\s,;]+/);

/** As a letter is sent to it: a domain with accents by its name in ASCII, as browsers write it in a field for an address. */
function plain(typed: string): string {
  const address = typed.replace(/^mailto:/i, '').normalize('NFC');
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  if (at < 1 || /^[\0-\x7f]*$/.test(domain) || !URL.canParse(`http://${domain}`)) return address;
  return `${address.slice(0, at)}@${new URL(`http://${domain}`).hostname}`;
}
