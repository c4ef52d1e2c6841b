import { appendFileSync, readFileSync } from 'node:fs';
import type { Family } from '#sites/address.ts';
import { type Answer, asker, errorOf } from '../asking.ts';
import { everyOf, type PersonOfTwin, type Probed, type ProbeSettings, type Target } from './probes.ts';

/**
 * Asks until it is ended: `node probing.ts SETTINGS RESULTS`, on the host of whoever asks. Each target in each family, each time from
 * another address in turn; a line a question goes to the results.
 */
const [settingsFile = '', resultsFile = ''] = process.argv.slice(2);
const settings = JSON.parse(readFileSync(settingsFile, 'utf8')) as ProbeSettings;
const ask = asker({
  names: settings.names,
  authorities: readFileSync(settings.authority, 'utf8'),
});
/** Milliseconds. A person waits longer; what was not there by then was a failure that they saw. */
const PATIENCE = { read: 2000, 'sign in': 5000, write: 5000 };
/** Of those who have signed in, the last ones. */
const sessions: { person: PersonOfTwin; cookie: string }[] = [];

for (const target of settings.targets) {
  let turn = 0;
  const families = target.addresses
    ? (Object.keys(target.addresses) as Family[])
    : (['ipv4', 'ipv6'] as const);
  setInterval(() => {
    for (const family of families) {
      turn += 1;
      probe(target, family, turn);
    }
  }, everyOf(target.probe));
}

async function probe(target: Target, family: Family, turn: number): Promise<void> {
  const at = Date.now();
  // Nobody has signed in yet: there is nobody who could write.
  if (target.kind === 'write' && sessions.length === 0) return;
  const told = (rest: Partial<Probed>) => {
    const result: Probed = { at, probe: target.probe, family, milliseconds: Date.now() - at, ...rest };
    appendFileSync(resultsFile, `${JSON.stringify(result)}\n`);
  };
  try {
    const { status, headers } = await asked(target, family, turn);
    const by = headers['x-answered-by'] ?? headers['x-fredu-site'];
    told({ status, ...(by ? { by: String(by) } : {}) });
  } catch (error) {
    told({ error: errorOf(error) });
  }
}

async function asked(target: Target, family: Family, turn: number): Promise<Answer> {
  const url = new URL(target.url);
  const from = settings.from[turn % settings.from.length]?.[family];
  const question = {
    url,
    family,
    patience: PATIENCE[target.kind],
    ...(from ? { from } : {}),
    ...(target.addresses ? { address: target.addresses[family]! } : {}),
    ...(target.servername ? { servername: target.servername } : {}),
  };
  if (target.kind === 'read') return await ask(question);
  const headers: Record<string, string> = { origin: url.origin };
  if (target.kind === 'sign in') {
    const person = settings.people[turn % settings.people.length]!;
    const answer = await ask({
      ...question,
      method: 'POST',
      headers,
      body: { email: person.email, password: settings.password },
    });
    const cookie = (answer.headers['set-cookie'] ?? []).map((each) => each.split(';')[0]).join('; ');
    if (answer.status === 201 && cookie) {
      sessions.push({ person, cookie });
      if (sessions.length > settings.people.length) sessions.shift();
    }
    return answer;
  }
  const { person, cookie } = sessions[turn % sessions.length]!;
  return await ask({
    ...question,
    url: new URL(`/api/v1/courses/${person.course}/threads`, url),
    method: 'POST',
    headers: { ...headers, cookie },
    body: { title: 'Une question', body: `Est-ce que cela passe en ${family} ?` },
  });
}
