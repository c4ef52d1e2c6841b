import { listOf } from '#policies/reading/texts.ts';
import type { Outcome } from '../run.ts';
import { VERSION } from '../version.ts';
import { type Cluster, each, messageOf } from './cluster.ts';
import { applied, differences, isSettled, liveObjects, spareObjects } from './differences.ts';
import { type Inventory, readInventory, writeInventory } from './inventory.ts';
import { type Identity, identityOf, type KubernetesObject, keyOf, shown } from './object.ts';
import { readinessOf } from './readiness.ts';
import type { OpenedSecrets } from './site-secrets.ts';
import { objectsOf, type SiteTree } from './site-tree.ts';
import { type Stuck, unready } from './stuck.ts';
import { type FilledWave, WAVES, wavesOf } from './waves.ts';

type How = { timeoutSeconds: number; signal?: AbortSignal };
export type DeployOutcome = Outcome & { isHopeless?: boolean };

const OK: DeployOutcome = { code: 0, stdout: '', stderr: '' };
const failed = (reason: string, isHopeless = false): DeployOutcome => ({
  code: 1,
  stdout: '',
  stderr: reason,
  isHopeless,
});

/** How long to wait before what a webhook did not answer is tried again. */
const AGAIN_MILLISECONDS = 2000;

/** The commands of a deployment's steps, over the API of one cluster. */
export class DeployCommands {
  readonly #cluster: Cluster;
  readonly #site: string;
  readonly #objects: readonly KubernetesObject[];
  /** Opened, in memory. */
  readonly #secrets: readonly KubernetesObject[];
  readonly #waves: readonly FilledWave[];
  /** Carries out a procedure of the tree that installs a chart; says what stopped it. */
  readonly #install: (path: string) => Promise<string | undefined>;
  /** Waves that this process applied. */
  readonly #applied = new Set<string>();
  /** What the last step that failed stopped at. */
  stuck: Stuck[] = [];

  constructor(
    cluster: Cluster,
    tree: SiteTree,
    secrets: OpenedSecrets,
    install: (path: string) => Promise<string | undefined>,
  ) {
    this.#cluster = cluster;
    this.#site = tree.site;
    this.#objects = objectsOf(tree);
    this.#secrets = 'objects' in secrets ? secrets.objects : [];
    this.#waves = wavesOf(this.#objects);
    this.#install = install;
  }

  /** Answers the words after `deploy SITE`. */
  async run([verb, ...words]: readonly string[], how: How): Promise<DeployOutcome> {
    const [wave = ''] = words;
    switch (verb) {
      case 'apply':
        return this.#apply(wave, how);
      case 'applied':
        return this.#isApplied(wave, how);
      case 'ready':
        return this.#isReady(wave, how);
      case 'secrets':
        return this.#bringSecrets(how);
      case 'install':
        return this.#installed(words);
      case 'served':
        return this.#isServed();
      case 'prune':
        return this.#prune(how);
      case 'pruned':
        return this.#isPruned();
      case 'record':
        return this.#record(wave);
      default:
        throw new Error(`a deployment has no command ${verb}`);
    }
  }

  #objectsOf(wave: string): readonly KubernetesObject[] {
    const found = this.#waves.find(({ id }) => id === wave);
    if (!found) throw new Error(`the tree has no wave ${wave}`);
    return found.objects;
  }

  /** Lists the objects in the cluster's inventory, then applies them kind after kind; stops at the first kind that is refused. */
  async #apply(wave: string, how: How): Promise<DeployOutcome> {
    const objects = this.#objectsOf(wave);
    const inventory = await readInventory(this.#cluster);
    const isListed = new Set(inventory.objects.map(keyOf));
    const fresh = objects.map(identityOf).filter((identity) => !isListed.has(keyOf(identity)));
    if (fresh.length > 0)
      await writeInventory(this.#cluster, {
        ...inventory,
        site: this.#site,
        objects: [...inventory.objects, ...fresh],
      });
    const toRun = objects.filter((object) => !inventory.completed.includes(keyOf(identityOf(object))));
    this.stuck = [];
    for (const same of Map.groupBy(toRun, ({ kind }) => kind).values()) {
      const answers = await each(same, (object) => this.#applyOne(object, how));
      this.stuck = answers.flatMap((why, index) =>
        why ? [{ identity: identityOf(same[index]!), why }] : [],
      );
      if (this.stuck.length > 0) return failed(this.#first());
    }
    this.#applied.add(wave);
    return OK;
  }

  /** Why one object was not applied, or nothing. What asks a webhook that does not answer yet is tried until the step's time is over. */
  async #applyOne(object: KubernetesObject, { timeoutSeconds, signal }: How): Promise<string | undefined> {
    const identity = identityOf(object);
    if (!this.#cluster.serves(identity)) await this.#cluster.discover();
    if (!this.#cluster.serves(identity)) return `the cluster serves no ${object.apiVersion} ${object.kind}`;
    for (const end = Date.now() + timeoutSeconds * 1000; ; ) {
      const { status, body } = await applied(this.#cluster, object, { signal });
      if (status < 300) return undefined;
      const why = messageOf(body);
      if (!/failed calling webhook/.test(why) || Date.now() > end)
        return `the API refuses it (${status}): ${why}`;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MILLISECONDS));
    }
  }

  async #isApplied(wave: string, { signal }: How): Promise<DeployOutcome> {
    if (this.#applied.has(wave)) return OK;
    const inventory = await readInventory(this.#cluster);
    const open = await differences(this.#cluster, this.#objectsOf(wave), inventory, { signal });
    this.stuck = open
      .filter((each) => !isSettled(each))
      .map(({ identity, how, why }) => ({ identity, why: why ?? how }));
    return this.stuck.length > 0 ? failed(this.#first()) : OK;
  }

  async #isReady(wave: string, { signal }: How): Promise<DeployOutcome> {
    const inventory = await readInventory(this.#cluster);
    this.stuck = await unready(this.#cluster, this.#objectsOf(wave), inventory, signal);
    const lost = this.stuck.filter(({ isHopeless }) => isHopeless);
    if (lost.length > 0) this.stuck = lost;
    return this.stuck.length > 0 ? failed(this.#first(), lost.length > 0) : OK;
  }

  #first(): string {
    const [{ identity, why }, ...others] = this.stuck as [Stuck, ...Stuck[]];
    return `${shown(identity)}: ${why}${others.length > 0 ? ` (and ${others.length} more)` : ''}`;
  }

  /** They are in no inventory: whoever cannot open the file would prune them. */
  async #bringSecrets(how: How): Promise<DeployOutcome> {
    const answers = await each(this.#secrets, (object) => this.#applyOne(object, how));
    this.stuck = answers.flatMap((why, index) =>
      why ? [{ identity: identityOf(this.#secrets[index]!), why }] : [],
    );
    return this.stuck.length > 0 ? failed(this.#first()) : OK;
  }

  async #installed(charts: readonly string[]): Promise<DeployOutcome> {
    await this.#cluster.discover();
    for (const path of charts) {
      const missing = this.#unserved().filter((each) => isInstalledBy(path, each));
      if (missing.length === 0) continue;
      const reason = await this.#install(path);
      if (reason) return failed(`${path}: ${reason}`);
      await this.#cluster.discover();
    }
    return OK;
  }
  async #isServed(): Promise<DeployOutcome> {
    await this.#cluster.discover();
    const missing = [...new Set(this.#unserved().map(({ apiVersion, kind }) => `${apiVersion} ${kind}`))];
    return missing.length === 0
      ? OK
      : failed(
          `the cluster serves no ${missing.join(', ')}; Kubespray installs those of the Gateway API, the charts of plans/ the others`,
        );
  }
  #unserved(): Identity[] {
    const own = new Set(
      this.#objects
        .filter(({ kind }) => kind === 'CustomResourceDefinition')
        .map(({ spec }) => spec.names.kind),
    );
    return this.#objects
      .map(identityOf)
      .filter((identity) => !this.#cluster.serves(identity) && !own.has(identity.kind));
  }

  /** What would leave with the last wave leaves first. */
  async #prune({ signal }: How): Promise<DeployOutcome> {
    const inventory = await readInventory(this.#cluster);
    const spare = (await spareObjects(this.#cluster, this.#objects, inventory)).filter(
      ({ fate }) => fate === 'pruned',
    );
    const order = ({ identity }: { identity: Identity }) => WAVES.findIndex((wave) => wave.has(identity));
    for (const { identity, live } of spare.toSorted((a, b) => order(b) - order(a))) {
      const { status, body } = await this.#cluster.ask('DELETE', this.#cluster.pathOf(identity)!, {
        body: { propagationPolicy: 'Background', preconditions: { uid: live.metadata.uid } },
        signal,
      });
      if (status >= 300 && status !== 404 && status !== 409) {
        this.stuck = [{ identity, why: `the API does not delete it (${status}): ${messageOf(body)}`, live }];
        return failed(this.#first());
      }
    }
    return OK;
  }
  async #isPruned(): Promise<DeployOutcome> {
    const inventory = await readInventory(this.#cluster);
    const left = (await spareObjects(this.#cluster, this.#objects, inventory)).filter(
      ({ fate }) => fate === 'pruned',
    );
    this.stuck = left.map(({ identity, live }) => ({
      identity,
      live,
      why: `it is still there${listOf(live.metadata.finalizers).length > 0 ? `; its finalizers wait: ${live.metadata.finalizers.join(', ')}` : ''}`,
    }));
    return left.length > 0 ? failed(this.#first()) : OK;
  }

  async #record(tree: string): Promise<DeployOutcome> {
    const { completed, objects: known } = await readInventory(this.#cluster);
    const identities = this.#objects.map(identityOf);
    const jobs = identities.filter(({ kind }) => kind === 'Job');
    const live = await liveObjects(this.#cluster, jobs);
    const done = jobs.map(keyOf).filter((key) => {
      const job = live.get(key);
      return job ? readinessOf(job).state === 'ready' : completed.includes(key);
    });
    const kept = (await spareObjects(this.#cluster, this.#objects, { objects: known, completed }))
      .filter(({ fate }) => fate === 'kept')
      .map(({ identity }) => identity);
    const next: Inventory = {
      site: this.#site,
      tree,
      since: new Date().toISOString(),
      version: VERSION,
      objects: [...identities, ...kept],
      completed: done,
    };
    await writeInventory(this.#cluster, next);
    return OK;
  }
}

/** Groups of kinds by the procedure of the chart that defines them. */
const GROUPS: Record<string, RegExp> = {
  'cert-manager.yaml': /(^|\.)cert-manager\.io$/,
  'rook-operator.yaml': /^(ceph\.rook|objectbucket)\.io$/,
};
const isInstalledBy = (path: string, { apiVersion }: Identity): boolean =>
  GROUPS[path.split('/').at(-1)!]?.test(apiVersion.split('/')[0]!) ?? false;
