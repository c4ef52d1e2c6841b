import { rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { CannotLook, main, options } from './lib/main.ts';
import { converse } from './lib/run.ts';
import { loadModel, SITES } from './lib/sites.ts';
import { raised } from './lib/twin/alerts.ts';
import { browse, browseText } from './lib/twin/browse.ts';
import { cut, heal, kill, lose, slow } from './lib/twin/events.ts';
import { graph, graphText } from './lib/twin/graph.ts';
import { load, loadText, verdict } from './lib/twin/load.ts';
import { controlPlaneAt } from './lib/twin/observers.ts';
import { SIZES, type Size } from './lib/twin/parts.ts';
import { OUTCOME_HEAD, outcomeRow, rehearsalPage, rehearse } from './lib/twin/rehearsal.ts';
import { effects, reportText, table } from './lib/twin/report.ts';
import { startTwin } from './lib/twin/start.ts';
import { hostNamed, type Running, running } from './lib/twin/state.ts';
import { isWell, statusText } from './lib/twin/status.ts';
import { drain, expireCertificate, fillDisk } from './lib/twin/wear.ts';

const USAGE = `npm run twin [-- --sites FOLDER] [--size ${SIZES.join('|')}] | npm run twin -- COMMAND
  Starts the platform small on this machine, from the generated files unchanged, and keeps it until it is stopped (root, Linux).
  status                       what is real, what is played, what is well
  shell HOST [-- COMMAND…]     a shell on a host, or one command there
  kubectl SITE -- ARGUMENTS…   kubectl as administrator of its cluster
  logs HOST                    what its services say
  lose NAME                    pulls the plug of a host, a machine or a site
  kill HOST PROCESS            kills a process, as the kernel would
  cut A B [--one-way]          between a site and world, two sites, a host and its switch, two hosts of one
  slow SITE [--delay MILLISECONDS] [--loss PERCENT] [--bandwidth MEGABITS]
  drain HOST                   takes an edge or a worker out with care
  fill-disk HOST               writes until nothing more goes on its disk
  expire-certificate SITE NAMESPACE/SECRET
                               as if nobody had renewed it
  heal                         puts every cable back and starts every host that is off
  browse                       lets a browser of this machine in, until Ctrl-C
  graph [SITE]                 lets a browser of this machine see its Prometheus, until Ctrl-C
  load [--people 300] [--seconds 180] [--rate 30] [--family ipv4|ipv6]
                               a school's morning behind one address, others who read, an attacker beside them
  report [--json]              what each event did to people: seconds without service, errors, who answered, alerts
  rehearse [--page FILE] [--watch 0]
                               tries a list of events: promised, predicted, measured; each lasts as many seconds at least
  stop                         ends it; nothing is left`;

/** What may happen to the twin, by command: what it takes, and what it does with that. */
const EVENTS = new Map<
  string,
  [names: string[], happens: (twin: Running, ...words: string[]) => Promise<string>]
>([
  ['lose', [['NAME'], (twin, name = '') => lose(twin, name)]],
  ['kill', [['HOST', 'PROCESS'], (twin, host = '', program = '') => kill(twin, host, program)]],
  ['drain', [['HOST'], (twin, host = '') => drain(twin, host)]],
  ['fill-disk', [['HOST'], (twin, host = '') => fillDisk(twin, host)]],
  [
    'expire-certificate',
    [['SITE', 'NAMESPACE/SECRET'], (twin, site = '', secret = '') => expireCertificate(twin, site, secret)],
  ],
  ['heal', [[], heal]],
]);

const say = (text: string) => process.stdout.write(`${text.trimEnd()}\n`);

await main(async () => {
  const { values, positionals } = options(
    USAGE,
    {
      bandwidth: { type: 'string' },
      delay: { type: 'string' },
      family: { type: 'string' },
      json: { type: 'boolean' },
      loss: { type: 'string' },
      'one-way': { type: 'boolean' },
      page: { type: 'string' },
      people: { type: 'string' },
      rate: { type: 'string' },
      seconds: { type: 'string' },
      size: { type: 'string', default: 'entry' },
      watch: { type: 'string' },
      ...SITES,
    },
    { words: true },
  );
  const [command, ...words] = positionals;
  const take = <const T extends string[]>(...names: T): { [K in keyof T]: string } => {
    if (words.length !== names.length)
      throw new CannotLook(`npm run twin -- ${command} takes ${names.join(' ') || 'nothing more'}`);
    return words as { [K in keyof T]: string };
  };
  const amount = (
    name: 'delay' | 'loss' | 'bandwidth' | 'people' | 'seconds' | 'rate' | 'watch',
    max: number,
  ): number | undefined => {
    if (values[name] === undefined) return undefined;
    const value = Number(values[name]);
    if (!(value >= 0 && value <= max))
      throw new CannotLook(`--${name} ${values[name]} is no number from 0 to ${max}`);
    return value;
  };
  const family = (['ipv4', 'ipv6'] as const).find((each) => each === values.family);
  if (values.family !== undefined && !family)
    throw new CannotLook(`--family ${values.family} is neither ipv4 nor ipv6`);
  const event = EVENTS.get(command ?? '');
  if (event) {
    const [names, happens] = event;
    const taken = take(...names);
    say(await happens(running(), ...taken));
    return 0;
  }
  switch (command) {
    case undefined: {
      const size = SIZES.find((each) => each === values.size);
      if (!size) throw new CannotLook(`there is no size ${values.size}; there are ${SIZES.join(' and ')}`);
      return await started(values.sites, size);
    }
    case 'status': {
      take();
      const twin = running();
      say(await statusText(twin));
      return (await isWell(twin)) ? 0 : 1;
    }
    case 'shell': {
      const [name, ...rest] = words;
      if (!name) throw new CannotLook('npm run twin -- shell takes HOST');
      const twin = running();
      hostNamed(twin, name);
      const host = twin.lab.at(name);
      if (!host) throw new CannotLook(`${name} is off; npm run twin -- heal starts it`);
      return await converse(host.inside(rest.length > 0 ? (rest as [string]) : ['bash']));
    }
    case 'kubectl': {
      const [code, ...rest] = words;
      const twin = running();
      if (!code) throw new CannotLook('npm run twin -- kubectl takes SITE, one with a cluster');
      const own = controlPlaneAt(twin, code);
      return await converse(
        own.inside([twin.state.kubectl!, '--kubeconfig', '/etc/kubernetes/admin.conf', ...rest]),
      );
    }
    case 'logs': {
      const [name] = take('HOST');
      const twin = running();
      hostNamed(twin, name);
      return await converse([
        'bash',
        '-c',
        `tail -n 200 "$0"/*.log | sed -E 's/<[0-9]+>/\\n/g'`,
        join(twin.folder, name),
      ]);
    }
    case 'cut':
      say(await cut(running(), take('A', 'B'), values['one-way'] ?? false));
      return 0;
    case 'slow': {
      const [site] = take('SITE');
      const [delay, loss, bandwidth] = [
        amount('delay', 60_000),
        amount('loss', 100),
        amount('bandwidth', 100_000),
      ];
      say(
        await slow(running(), site, {
          ...(delay === undefined ? {} : { delaySeconds: delay / 1000 }),
          ...(loss === undefined ? {} : { lossPercent: loss }),
          ...(bandwidth === undefined ? {} : { megabitsPerSecond: bandwidth }),
        }),
      );
      return 0;
    }
    case 'browse': {
      take();
      const twin = running();
      const model = loadModel(twin.state.sites);
      if (!model) return 2;
      const browsing = await browse(twin, model, family ? [family] : ['ipv6', 'ipv4']);
      say(browseText(twin, browsing));
      await untilEnded();
      await browsing.close();
      return 0;
    }
    case 'graph': {
      if (words.length > 1) take('SITE');
      const graphing = await graph(running(), words[0]);
      say(graphText(graphing));
      await untilEnded();
      await graphing.close();
      return 0;
    }
    case 'load': {
      take();
      const twin = running();
      const model = loadModel(twin.state.sites);
      if (!model) return 2;
      const loaded = await load(twin, model, {
        people: Math.round(amount('people', 100_000) ?? 300),
        seconds: Math.max(1, amount('seconds', 86_400) ?? 180),
        perSecond: amount('rate', 100_000) ?? 30,
        family: family ?? 'ipv4',
      });
      say(loadText(loaded));
      return verdict(loaded).differs.length === 0 ? 0 : 1;
    }
    case 'report': {
      take();
      const twin = running();
      const [probes, alerts] = [effects(twin.folder), await raised(twin)];
      say(values.json ? JSON.stringify({ probes, alerts }, null, 2) : reportText(probes, alerts));
      return 0;
    }
    case 'rehearse': {
      take();
      const twin = running();
      const model = loadModel(twin.state.sites);
      if (!model) return 2;
      const watchSeconds = amount('watch', 3600) ?? 0;
      const outcomes = await rehearse(twin, model, { watchSeconds }, (outcome) =>
        say(outcomeRow(outcome).join(' · ')),
      );
      say(`\n${table(OUTCOME_HEAD, outcomes.map(outcomeRow))}`);
      const machine = `${cpus().length} processors, ${Math.round(totalmem() / 2 ** 30)} GiB, size ${twin.state.size}${watchSeconds > 0 ? `, --watch ${watchSeconds}` : ''}`;
      if (values.page)
        writeFileSync(
          values.page,
          rehearsalPage(outcomes, { machine, date: new Date().toISOString().slice(0, 10) }),
        );
      return outcomes.some(({ differs }) => differs) ? 1 : 0;
    }
    case 'stop': {
      take();
      const { lab, folder } = running();
      await lab.stop();
      rmSync(folder, { recursive: true, force: true });
      say('the twin has ended');
      return 0;
    }
    default:
      throw new CannotLook(`npm run twin has no ${command}\n${USAGE}`);
  }
});

/** Until Ctrl-C, or whatever else ends a command. */
function untilEnded(): Promise<unknown> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
  });
}

async function started(sites: string, size: Size): Promise<number> {
  const start = Date.now();
  const model = loadModel(sites);
  if (!model) return 2;
  const seconds = () => ((Date.now() - start) / 1000).toFixed(1).padStart(5);
  const twin = await startTwin({ model, sites, size, progress: (line) => say(`${seconds()} s  ${line}`) });
  say(
    `${seconds()} s  it runs (process ${twin.lab.holder.pid}); npm run twin -- status, and --help for what may happen to it`,
  );
  return 0;
}
