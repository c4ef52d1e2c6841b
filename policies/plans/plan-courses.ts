import type { Model, Site } from '#sites/model.ts';
import { appSites } from '#sites/questions.ts';
import type { Finding, Policy } from '../law.ts';
import { procedureFiles } from '../reading/object-store-tree.ts';
import type { Data } from '../reading/objects.ts';
import { listOf } from '../reading/texts.ts';

export const planCourses: Policy = {
  id: 'plan-courses',
  title: 'every procedure is there, and does all that it is for, in the order in which it is safe',
  why: 'Avoid: a handover that takes the role and never gives it up elsewhere, a role that is taken before copies are whole, a loss for which there is no page. Prefer: close, give up, wait, take, agree, follow, write down. Rationale: each step of a procedure is right by itself when another one is missing, so only the whole can be judged; two zones that take writes at once lose what one of them was given.',
  check: (model, tree) => {
    const files = procedureFiles(tree);
    return model.sites.flatMap((site) =>
      courses(model, site).flatMap(([id, wanted]): Finding[] => {
        const path = `${site.code}/plans/${id}.yaml`;
        const file = files.find((each) => each.path === path);
        if (!file)
          return [
            {
              path,
              message: `${site.code} has no procedure ${id}`,
              fix: 'make the tree again with `npm run synth`',
            },
          ];
        if (file.plan?.id !== id)
          return [
            {
              path,
              text: `id: ${String(file.plan?.id)}`,
              message: `the procedure calls itself ${String(file.plan?.id)}`,
              fix: `id: ${id}`,
            },
          ];
        return missing(path, listOf(file.plan.steps), wanted, { model, site });
      }),
    );
  },
};

interface At {
  model: Model;
  site: Site;
}
/** Something that a procedure has to reach, recognized by what a step does, asks or leaves to a person. */
interface Mark {
  what: string;
  is(step: Data, at: At): boolean;
}

const commandOf = (run: Data): string => listOf(run?.command).map(String).join(' ');
const does = (form: RegExp) => (step: Data) => form.test(commandOf(step.do));
const gates = (step: Data): Data[] => listOf(step.until);
const asks =
  (form: RegExp, more: (gate: Data) => boolean = () => true) =>
  (step: Data): boolean =>
    gates(step).some((gate) => form.test(commandOf(gate)) && more(gate));
const says =
  (key: 'matches' | 'rejects', ...words: string[]) =>
  (gate: Data) =>
    words.every((word) => listOf(gate[key]).map(String).includes(word));
const both =
  (...all: ((step: Data, at: At) => boolean)[]) =>
  (step: Data, at: At) =>
    all.every((each) => each(step, at));
const looks = (place: unknown[], is: unknown) => (gate: Data) =>
  listOf(gate.json).some((each) => JSON.stringify(each?.at) === JSON.stringify(place) && each?.is === is);

const SYNC = /^radosgw-admin sync status /;
const caughtUp = asks(
  SYNC,
  (gate) =>
    says('matches', 'metadata is caught up with master', 'data is caught up with source')(gate) &&
    says(
      'rejects',
      'different period',
      'behind',
      'full sync: [1-9]',
      'failed',
      'preparing',
      'recovering',
    )(gate),
);
const copied: Mark = { what: 'waits until every copy is whole', is: caughtUp };
const closed: Mark = {
  what: 'has a person close the way in, and sees that nothing answers there',
  is: (step) =>
    typeof step.person === 'string' &&
    asks(/^curl .*--max-time \d+ https:/, (gate) => gate.fails === true)(step),
};
const opened: Mark = {
  what: 'has a person open the way in again, and sees an answer',
  is: (step) =>
    typeof step.person === 'string' &&
    asks(/^curl .*--max-time \d+ https:/, (gate) => gate.fails !== true)(step),
};
const writtenDown: Mark = {
  what: 'has a person write the new roles down',
  is: (step) => typeof step.person === 'string',
};
const served: Mark = {
  what: 'sees the site serve',
  is: asks(/^curl --silent --fail --output \/dev\/null .*--connect-to \S+ https:/),
};
const alertsBack: Mark = {
  what: 'lets the alerts of the site be heard again',
  is: both(
    does(/silence expire/),
    asks(/silence query/, (gate) => listOf(gate.rejects).length > 0),
  ),
};
const silenced: Mark = {
  what: 'silences the alerts of the lost site, and sees it',
  is: both(
    does(/ silence add .* site=\w+$/),
    asks(/silence query/, (gate) => listOf(gate.matches).length > 0),
    (step) => /silence expire/.test(commandOf(listOf(step.undo?.do)[0] ?? step.undo?.do)),
  ),
};
const near: Mark = { what: 'sees copies keep up before anything is closed', is: caughtUp };
const undoes = (step: Data) => listOf([step.undo?.do].flat()).length > 0;
const readOnly: Mark = { what: 'gives up writing', is: both(does(/zone modify .*--read-only$/), undoes) };
const committed = (what: string, ...zones: [zone: string | undefined, readOnly: boolean][]): Mark => ({
  what,
  is: both(does(/^radosgw-admin period update .*--commit$/), (step) =>
    zones.every(([name, is]) => asks(/zonegroup get/, looks(['zones', { name }, 'read_only'], is))(step)),
  ),
});
const detached: Mark = {
  what: 'stops following the old first zone',
  is: both(
    does(/^patch cephobjectrealm .*"pull":null/),
    undoes,
    asks(/^get cephobjectrealm /, says('matches', '^$')),
  ),
};
const followed: Mark = {
  what: 'follows the new first zone',
  is: both(
    does(/^patch cephobjectrealm .*"endpoint":"https:/),
    asks(/^get cephobjectrealm |period get-current/),
  ),
};
const agreed: Mark = {
  what: 'sees all zones in one period',
  is: asks(/period get-current/, (gate) => gate.sameAs !== undefined),
};
const taken: Mark = { what: 'takes the role', is: does(/zone modify .*--master --read-only=false$/) };
const healthy: Mark = {
  what: 'sees the disks of the store whole',
  is: both(
    asks(/^ceph osd tree down/, (gate) => listOf(gate.json).length > 0),
    asks(/^ceph health$/, says('rejects', 'HEALTH_ERR')),
  ),
};
const restarted: Mark = {
  what: 'starts the gateways again, and sees them ready',
  is: both(
    does(/^delete pod --selector=app=rook-ceph-rgw /),
    asks(/^wait pod --selector=app=rook-ceph-rgw --for=condition=Ready /),
  ),
};
/** Every site that carries nodes answers for as many as it has. */
const database: Mark = {
  what: 'sees every node of the database take clients',
  is: (step, { model }) =>
    model.sites.every((site) => {
      const count = site.database ? model.database.nodes.filter((host) => host.site === site.code).length : 0;
      if (count === 0) return true;
      return site.kubernetes
        ? gates(step).some(
            (gate) =>
              gate.in === `database@${site.code}` &&
              /^get statefulset\/cockroachdb /.test(commandOf(gate)) &&
              looks(['status', 'readyReplicas'], count)(gate),
          )
        : gates(step).filter((gate) => /^curl .*--fail .*\/health\?ready=1$/.test(commandOf(gate))).length >=
            count;
    }),
};
const fenced = (own: string, other: string): Mark => ({
  what: `writes down that ${other} takes no writes`,
  is: (step) =>
    listOf(step.do?.set).some(
      (each) =>
        JSON.stringify(each.at) === JSON.stringify(['zones', { name: other }, 'read_only']) &&
        each.to === true,
    ) &&
    listOf(step.do?.set).some(
      (each) =>
        JSON.stringify(each.at) === JSON.stringify(['zones', { name: own }, 'read_only']) &&
        each.to === false,
    ) &&
    undoes(step),
});
const installed: Mark = {
  what: 'installs, waits for what it installs, and knows the way back',
  is: both(does(/^upgrade /), asks(/^rollout status /), asks(/^wait --for=condition=Established /), undoes),
};

/** What each procedure of a site has to do, in order. */
function courses(model: Model, site: Site): [id: string, marks: Mark[]][] {
  const found: [string, Mark[]][] = [];
  if (site.kubernetes) found.push(['cert-manager', [installed]]);
  const first = model.objects?.primary;
  if (site.objects) found.push(['rook-operator', [installed]]);
  const own = site.objects?.zone;
  const isSecond = model.objects?.secondaries.some(({ code }) => code === site.code) ?? false;
  if (own && first && isSecond) {
    const top = first.objects.zone;
    const handing = [near, readOnly, committed('makes that known', [top, true]), copied, detached, taken];
    const taking = [committed('makes that known', [own, false]), agreed, followed, writtenDown];
    const joining = [
      healthy,
      followed,
      readOnly,
      committed('makes that known', [own, true]),
      restarted,
      opened,
      copied,
    ];
    found.push(
      ['object-store-handover', [...handing, ...taking]],
      [
        'object-store-promote',
        [
          closed,
          detached,
          fenced(own, top),
          taken,
          committed('makes that known', [own, false], [top, true]),
          writtenDown,
        ],
      ],
      ['object-store-read-only', [copied, readOnly, committed('makes that known', [own, true]), agreed]],
      ['object-store-return', [closed, ...joining]],
    );
    if (appSites(model).includes(site as never) && appSites(model).length > 1)
      found.push(
        ['failover-handover', [database, served, ...handing, ...taking]],
        ['failover-return', [closed, ...joining, database, served, alertsBack]],
      );
  }
  const others = appSites(model).filter(({ code }) => code !== site.code);
  if (site.objects && site.edge && others.some(({ objects }) => objects)) {
    const heir = site.code === first?.code ? model.objects?.secondaries[0]?.objects.zone : undefined;
    const promoted: Mark[] =
      heir && own
        ? [
            detached,
            fenced(heir, own),
            taken,
            committed('makes that known', [heir, false], [own, true]),
            writtenDown,
          ]
        : [];
    found.push(['failover-lost', [closed, silenced, served, ...promoted]]);
  }
  return found;
}

function missing(path: string, steps: Data[], wanted: Mark[], at: At): Finding[] {
  let from = 0;
  for (const { what, is } of wanted) {
    const next = steps.findIndex((step, index) => index >= from && is(step, at));
    if (next < 0)
      return [
        {
          path,
          text: from > 0 ? `id: ${String(steps[from - 1].id)}` : 'steps:',
          message: `after ${from > 0 ? `its step ${String(steps[from - 1].id)}` : 'its beginning'} the procedure never ${what}`,
          fix: 'make the tree again with `npm run synth`',
        },
      ];
    from = next + 1;
  }
  return [];
}
