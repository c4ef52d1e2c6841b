import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotLook } from '#scripts/lib/main.ts';
import type { Family } from '#sites/address.ts';
import type { Model } from '#sites/model.ts';
import type { Done, LoadSettings } from './load-kinds.ts';
import { authorityFile, nameServer, PROBING } from './people.ts';
import { table } from './report.ts';
import { lines, type Running, remember } from './state.ts';
import { attackerHost, schoolHost, students } from './world.ts';

export interface LoadProps {
  /** Pupils of one school, who sign in one after the other. */
  people: number;
  seconds: number;
  /** What others ask meanwhile, from their homes. */
  perSecond: number;
  family: Family;
}

/** Far more than a person can do, and no more than one machine does without trying. */
const ATTACK = { connectionsPerSecond: 50, guessesPerSecond: 4 };
/** Wrong passwords of one account from one place, before they are no longer looked at. @see app/server/routes/sessions/routes.ts */
const GUESSES_MAX = 10;

/** What a load came to. */
export interface Loaded {
  done: Done[];
  seconds: number;
  people: number;
  /** New connections of one client in ten seconds that the edges take. */
  connectionsPer10s: number;
}

/** A school's morning, people who read, and an attacker, all at once. @throws CannotLook where there is no app or not so many pupils */
export async function load(
  twin: Running,
  model: Model,
  { people, seconds, perSecond, family }: LoadProps,
): Promise<Loaded> {
  const { folder, lab, state } = twin;
  if (!state.app)
    throw new CannotLook('nobody can sign in where the app does not run; start it by --size tiny');
  const pupils = state.app.people.slice(PROBING, -1);
  const victim = state.app.people.at(-1)!;
  if (people > pupils.length)
    throw new CannotLook(`the app has ${pupils.length} pupils; --people ${people} are more`);
  const common = {
    names: nameServer(model),
    authority: authorityFile(folder),
    url: `https://${model.domain}/`,
    seconds,
    family,
  };
  const all: [host: string, settings: LoadSettings][] = [
    [
      'student',
      {
        ...common,
        ...(people > 0
          ? {
              school: {
                from: schoolHost()[family]!,
                people: pupils.slice(0, people),
                password: state.app.password,
              },
            }
          : {}),
        ...(perSecond > 0
          ? {
              readers: { from: students().map((each) => each[family]!), perSecond, course: state.app.course },
            }
          : {}),
      },
    ],
    ['attacker', { ...common, attacker: { from: attackerHost()[family]!, ...ATTACK, email: victim.email } }],
  ];
  remember(folder, `load ${family}`);
  const done = await Promise.all(
    all.map(async ([name, settings]) => {
      const host = lab.at(name);
      if (!host) throw new CannotLook(`${name} is off; npm run twin -- heal starts it`);
      const [file, results] = [join(folder, `load-${name}.json`), join(folder, `load-${name}.jsonl`)];
      writeFileSync(file, JSON.stringify(settings), { mode: 0o600 });
      rmSync(results, { force: true });
      const script = join(import.meta.dirname, 'loading.ts');
      const { code, stderr } = await host.run([process.execPath, script, file, results], seconds + 120);
      if (code !== 0) throw new Error(`the load from ${name} ended with ${code}: ${stderr.slice(-500)}`);
      return lines<Done>(results);
    }),
  );
  remember(folder, 'load ends');
  return { done: done.flat(), seconds, people, connectionsPer10s: model.limits.connectionsPer10s };
}

const isRefused = ({ who, status, error }: Done): boolean =>
  status === 429 || (who === 'flood' && error !== undefined);
/** That a guess is wrong is an answer. */
const isFailed = (each: Done): boolean =>
  !isRefused(each) &&
  (each.error !== undefined ||
    ((each.status ?? 0) >= 400 && !(each.who === 'guesses' && each.status === 401)));

/** What the limits did: the school should not notice them, and the attacker should. */
export interface Verdict {
  passes: string[];
  /** What is not as it should be. */
  differs: string[];
}
export function verdict({ done, people, connectionsPer10s }: Loaded): Verdict {
  const of = (who: Done['who']) => done.filter((each) => each.who === who);
  const school = of('school');
  const signedIn = school.filter(({ what, status }) => what === 'sign-in' && status === 201).length;
  const [refused, failed] = [school.filter(isRefused).length, school.filter(isFailed).length];
  const taken = of('flood').filter((each) => !isRefused(each));
  const most = Math.max(
    0,
    ...taken.map(({ at }) => taken.filter((each) => each.at >= at && each.at < at + 10_000).length),
  );
  const guessed = of('guesses').filter(({ status }) => status === 401).length;
  const lines: [is: boolean, text: string][] = [
    [
      signedIn === people && refused === 0 && failed === 0,
      `the school: ${signedIn} of ${people} signed in from one address; of ${school.length} things that they did ${refused} were refused and ${failed} failed`,
    ],
    [
      most <= connectionsPer10s,
      `the flood: ${taken.length} of ${of('flood').length} connections were taken, ${most} at most in ten seconds; ${connectionsPer10s} are allowed`,
    ],
    [
      guessed > 0 && guessed <= GUESSES_MAX,
      `the guesses: ${guessed} of ${of('guesses').filter(({ what }) => what === 'password').length} passwords of one account were looked at; ${GUESSES_MAX} are allowed`,
    ],
  ];
  return {
    passes: lines.filter(([is]) => is).map(([, text]) => text),
    differs: lines.filter(([is]) => !is).map(([, text]) => text),
  };
}

/** Requests a second, percentiles, and where the time went. */
export function loadText(loaded: Loaded): string {
  const { done, seconds } = loaded;
  const kinds = new Map(done.map((each) => [`${each.who} ${each.what}`, each]));
  const rows = [...kinds.values()].map(({ who, what }) => {
    const own = done.filter((each) => each.who === who && each.what === what);
    const served = own
      .filter((each) => !isRefused(each) && !isFailed(each))
      .map((each) => each.milliseconds)
      .sort((a, b) => a - b);
    const part = (share: number) => `${served[Math.floor(share * (served.length - 1))] ?? '–'}`;
    return [
      who,
      what,
      `${own.length}`,
      (own.length / seconds).toFixed(1),
      `${own.filter(isRefused).length}`,
      `${own.filter(isFailed).length}`,
      part(0.5),
      part(0.95),
      part(0.99),
    ];
  });
  const { passes, differs } = verdict(loaded);
  return `${table(['who', 'what', 'times', 'a second', 'refused', 'failed', '50 % ms', '95 % ms', '99 % ms'], rows)}

${[...passes.map((each) => `as it should be – ${each}`), ...differs.map((each) => `NOT as it should be – ${each}`)].join('\n')}`;
}
