import type { Data } from '../../reading/objects.ts';

/** Lines that say something: trimmed, without comments and empty ones. */
export const meaningful = (text: string, comment: RegExp = /^[#;]/): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !comment.test(line));

/** A map without names of its own: a file may call something `constructor`. */
export const empty = (): Record<string, Data> => Object.create(null) as Record<string, Data>;
/** The map of that name within a map. */
export function within(map: Record<string, Data>, name: string): Record<string, Data> {
  map[name] ??= empty();
  return map[name];
}
/** Adds to the list of that name within a map. */
export function append(map: Record<string, Data>, name: string, value: Data): void {
  map[name] ??= [];
  map[name].push(value);
}

/** Adds a value to a map: a second one of the same name makes a list. */
export function put(map: Record<string, Data>, name: string, value: Data): void {
  const known = map[name];
  if (known === undefined) map[name] = value;
  else if (Array.isArray(known)) known.push(value);
  else map[name] = [known, value];
}

/** Units of systemd, configuration of networkd and journald, `.ini`: section, key, value. */
export function sections(text: string): Data {
  const found = empty();
  let section = '';
  for (const line of meaningful(text.replaceAll(/\\\n\s*/g, ' '))) {
    const head = /^\[(.+)\]$/.exec(line)?.[1];
    if (head !== undefined) {
      section = head;
      within(found, section);
      continue;
    }
    const [, key = line, value = ''] = /^([^=]+?)\s*=\s*(.*)$/.exec(line) ?? [];
    put(within(found, section), key, value);
  }
  return found;
}

/** `key = value` or `Keyword value`, a line each: sysctl, `/etc/default`, sshd, chrony, SSH. */
export function pairs(text: string): Data {
  const found = empty();
  for (const line of meaningful(text, /^(#|\/\/)/)) {
    const [, key = line, value = ''] = /^([^\s=]+)(?:\s*=\s*|\s+)(.*)$/.exec(line) ?? [];
    put(found, key, value);
  }
  return found;
}
