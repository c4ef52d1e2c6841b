import { readFileSync } from 'node:fs';
import { nearest } from '#sites/load/near.ts';
import { concealed } from '#sites/load/secrets.ts';
import type { Model } from '#sites/model.ts';
import { appSites } from '#sites/questions.ts';
import { CannotLook, main, options } from './lib/main.ts';
import type { Account } from './lib/outside/author.ts';
import { lookFromOutside, type Seen } from './lib/outside/look.ts';
import { loadModel, SITES } from './lib/sites.ts';

const USAGE = `npm run outside [-- SITE…] [--names ADDRESS] [--without-names] [--authority FILE] [--json] [--sites FOLDER]
  Asks the platform from here as the world does, after a deployment: each public name of each site (default all) in IPv4 and IPv6 –
  where name servers send it, whether its certificate is right and lasts, what answers –, and as an author: signs in at each site, sends
  a file to a draft, reads it back and removes it. FREDU_OUTSIDE_EMAIL and FREDU_OUTSIDE_PASSWORD name an account that may write
  courses; without them nobody signs in. --names asks one name server; --without-names none, before the records are there;
  --authority trusts the authorities of a file (PEM) alone. Ends with 0 where all is well, 1 where something is wrong, 2 where nothing could be asked.`;

const MARK = { good: ' ', note: '-', wrong: '!' } as const;

if (import.meta.main) {
  await main(async () => {
    const { values, positionals } = options(
      USAGE,
      {
        names: { type: 'string' },
        'without-names': { type: 'boolean' },
        authority: { type: 'string' },
        json: { type: 'boolean' },
        ...SITES,
      },
      { words: true },
    );
    if (values.names && values['without-names'])
      throw new CannotLook('--names says whom to ask, and --without-names to ask nobody: take one');
    const model = loadModel(values.sites, { json: values.json });
    if (!model) return 1;
    const seen = await lookFromOutside(model, {
      sites: chosen(model, positionals),
      names: values.names,
      isByName: !values['without-names'],
      authorities: values.authority === undefined ? undefined : readAuthority(values.authority),
      account: accountOf(process.env),
      now: Date.now(),
    });
    process.stdout.write(values.json ? `${JSON.stringify(seen, null, 2)}\n` : concealed(text(seen)));
    if (seen.every(({ state }) => state === 'note')) return 2;
    return seen.some(({ state }) => state === 'wrong') ? 1 : 0;
  });
}

function chosen(model: Model, words: readonly string[]): string[] {
  const known = appSites(model).map(({ code }) => code);
  for (const word of words) {
    if (known.includes(word)) continue;
    const near = nearest(word, known);
    throw new CannotLook(
      `${word} is no site with a way in for people; ${near ? `did you mean ${near}?` : `there are ${known.join(', ')}`}`,
    );
  }
  return words.length > 0 ? [...words] : known;
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CannotLook(`--authority ${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function accountOf({ FREDU_OUTSIDE_EMAIL, FREDU_OUTSIDE_PASSWORD }: NodeJS.ProcessEnv): Account | undefined {
  if (!FREDU_OUTSIDE_EMAIL !== !FREDU_OUTSIDE_PASSWORD)
    throw new CannotLook('FREDU_OUTSIDE_EMAIL and FREDU_OUTSIDE_PASSWORD belong together: set both, or none');
  return FREDU_OUTSIDE_EMAIL && FREDU_OUTSIDE_PASSWORD
    ? { email: FREDU_OUTSIDE_EMAIL, password: FREDU_OUTSIDE_PASSWORD }
    : undefined;
}

function text(seen: readonly Seen[]): string {
  const width = Math.max(...seen.map(({ about }) => about.length)) + 2;
  const lines = seen.map(
    ({ site, about, state, text }) => `${MARK[state]} ${site.padEnd(5)}${about.padEnd(width)}${text}`,
  );
  const count = (state: Seen['state']) => seen.filter((each) => each.state === state).length;
  return `${lines.join('\n')}\n${count('good')} well, ${count('wrong')} wrong, ${count('note')} not asked\n`;
}
