import type { Data } from '../../reading/objects.ts';
import { statementsOf } from '../../reading/texts.ts';
import { append, empty, within } from './lines.ts';

/** Statements of a text, whatever their lines are broken by. */
export const statements = (text: string): string[] =>
  statementsOf(text).map((each) => each.replaceAll(/\s+/g, ' '));

/** SQL as what it sets: settings, zones, users and grants by name; any other statement in its place. */
export function sql(text: string): Data {
  const found = empty();
  found.grants = [];
  found.rules = [];
  const into = (group: string) => within(found, group);
  for (const each of statements(text)) {
    const setting = /^SET CLUSTER SETTING (\S+) = (.*)$/.exec(each);
    const zone = /^ALTER (.+?) CONFIGURE ZONE USING (.*)$/.exec(each);
    const user = /^ALTER (?:USER|ROLE) (\S+) (SET|WITH) (.*)$/.exec(each);
    const made = /^CREATE (\w+(?: \w+)??) (?:IF NOT EXISTS )?('[^']+'|\S+)\s*(.*)$/.exec(each);
    const grant = /^(GRANT|REVOKE) (.+) ON (.+?) (?:TO|FROM) (.+)$|^(GRANT) (.+) TO (.+)$/.exec(each);
    if (setting) into('settings')[setting[1]!] = setting[2];
    else if (zone) into('zones')[zone[1]!] = assignments(zone[2]!);
    else if (user?.[2] === 'SET') {
      const [name = '', value = ''] = user[3]!.split(/ = /);
      within(into('users'), user[1]!)[name] = value;
    } else if (grant) append(found, 'grants', each);
    else if (made) into('made')[`${made[1]} ${made[2]}`] = made[3];
    else append(found, 'rules', each);
  }
  return found;
}

/** `a = 1, b = '{"x": 1, "y": 2}'`: commas within quotes and brackets part nothing. */
function assignments(text: string): Data {
  const parts = [...text.matchAll(/(\w+) = ('(?:[^']|'')*'|[^,]+)/g)];
  return Object.fromEntries(parts.map(([, name, value = '']) => [name, value.replace(/^'(.*)'$/s, '$1')]));
}
