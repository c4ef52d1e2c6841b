import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Tree } from '#policies/law.ts';
import { objects, parsed } from '#policies/reading/objects.ts';
import { nearest } from '#sites/load/near.ts';
import { makeFolder } from '../folder.ts';
import { CannotLook, cannot } from '../main.ts';
import { folderTree } from '../named-tree.ts';
import type { KubernetesObject } from './object.ts';

/** What is generated for one site, and its name: a digest of what a deployment carries out. */
export interface SiteTree {
  site: string;
  /** By path within the tree: `sxb/kubernetes/education/deployment-pgbouncer.yaml`. */
  files: Tree;
  digest: string;
}

/** The sites of a tree: those with a cluster, each after the one that it copies, and those without. @throws CannotLook where there is no tree */
export function sitesIn(folder: string): { clusters: string[]; others: string[] } {
  const all = placesIn(folder);
  const has = (site: string) => existsSync(join(folder, site, 'kubernetes'));
  const clusters = all.filter(has).map((site) => ({ site, isSecond: isSecond(folder, site) }));
  return {
    clusters: clusters.toSorted((a, b) => Number(a.isSecond) - Number(b.isSecond)).map(({ site }) => site),
    others: all.filter((site) => !has(site)),
  };
}

/** A realm that is pulled from another site can only be made once it is there. */
function isSecond(folder: string, site: string): boolean {
  const realms = [...readSiteTree(folder, site).files].filter(([path]) =>
    /\/cephobjectrealm-[^/]+$/.test(path),
  );
  return realms.some(([path, text]) => parsed(path, text)?.spec?.pull !== undefined);
}

function placesIn(folder: string): string[] {
  if (!existsSync(folder))
    throw new CannotLook(
      `there is no tree at ${folder}; make it with npm run synth, or name one with --tree`,
    );
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'platform')
    .map(({ name }) => name);
}

/** The tree of a site as it stands in a folder. @throws CannotLook for a site that is not there */
export function readSiteTree(folder: string, site: string): SiteTree {
  const there = placesIn(folder);
  if (!there.includes(site)) {
    const near = nearest(site, there);
    throw new CannotLook(
      `${folder} has no site ${site}; ${near ? `did you mean ${near}?` : `there are: ${there.join(', ') || 'none'}`}`,
    );
  }
  const files = new Map([...folderTree(join(folder, site))].map(([path, text]) => [`${site}/${path}`, text]));
  return siteTree(site, files);
}

/** What a deployment carries out; the other rooms are for what it does not reach. */
const DEPLOYED = /^[^/]+\/(kubernetes|plans)\//;

function siteTree(site: string, files: Tree): SiteTree {
  const hash = createHash('sha256');
  for (const [path, text] of files) if (DEPLOYED.test(path)) hash.update(`${path}\0${text}\0`);
  return { site, files, digest: hash.digest('hex') };
}

/** Every object for the site's cluster. @throws CannotLook for a file that says none */
export function objectsOf({ files, site }: SiteTree): KubernetesObject[] {
  const found = new Map(objects(files).map(({ path, object }) => [path, object]));
  for (const path of objectPaths(files, site)) {
    const object = found.get(path);
    if (!object?.kind || !object.apiVersion || !object.metadata?.name)
      throw new CannotLook(`${path} says no object of Kubernetes; make the tree again with npm run synth`);
  }
  return [...found.values()];
}
/** The files of a site's objects, in the order of `objectsOf`. */
export const objectPaths = (files: Tree, site: string): string[] =>
  [...files.keys()].filter((path) => path.startsWith(`${site}/kubernetes/`));

/** How many trees of a site are kept: what was deployed weeks ago is in git. */
const KEPT = 10;
/** One deployment in the state's folder, in the order of their begins. */
interface Deployed {
  at: string;
  digest: string;
  /** `back`: begun, to return to it. */
  event: 'begun' | 'back' | 'done';
}

/** The trees that were deployed from this machine, by their digest: the way back. */
export class Trees {
  readonly #folder: string;
  readonly #site: string;

  /** @param layer whose deployments are meant; @default the cluster's */
  constructor(state: string, site: string, layer?: string) {
    this.#folder = join(state, 'trees', layer ? `${site}-${layer}` : site);
    this.#site = site;
  }

  /** Keeps a tree, and that its deployment begins. @throws CannotLook when it cannot be written */
  begin({ digest, files }: Pick<SiteTree, 'digest' | 'files'>, event: 'begun' | 'back'): void {
    try {
      makeFolder(this.#folder);
      const path = join(this.#folder, `${digest}.json.gz`);
      if (!existsSync(path)) {
        writeFileSync(`${path}.new`, gzipSync(JSON.stringify([...files])), { mode: 0o600 });
        renameSync(`${path}.new`, path);
      }
      const last = this.#all().at(-1);
      if (last?.digest !== digest || last.event !== event) this.#note(digest, event);
      this.#forget();
    } catch (error) {
      throw error instanceof CannotLook ? error : cannot('write', this.#folder, error);
    }
  }
  done({ digest }: Pick<SiteTree, 'digest'>): void {
    this.#note(digest, 'done');
  }

  /**
   * The tree that was deployed whole before the one that was begun last: that of `--back`. A way back that was cut leads to the same
   * one again. @throws CannotLook when there is none
   */
  before(): SiteTree {
    const all = this.#all();
    const last = all.at(-1);
    const whole = all.filter(({ event }) => event === 'done').map(({ digest }) => digest);
    const digest = last?.event === 'back' ? last.digest : whole.findLast((each) => each !== last?.digest);
    const path = digest && join(this.#folder, `${digest}.json.gz`);
    if (!path || !existsSync(path))
      throw new CannotLook(
        `no tree of ${this.#site} that was deployed before is kept in ${this.#folder}; check out the commit that was deployed, and deploy its charts/golden with --tree`,
      );
    return siteTree(this.#site, new Map(JSON.parse(gunzipSync(readFileSync(path)).toString('utf8'))));
  }

  #note(digest: string, event: Deployed['event']): void {
    const file = join(this.#folder, 'deployed.jsonl');
    try {
      writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), digest, event })}\n`, {
        flag: 'a',
      });
    } catch (error) {
      throw cannot('write', file, error);
    }
  }
  #all(): Deployed[] {
    const file = join(this.#folder, 'deployed.jsonl');
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line): Deployed[] => {
        try {
          return [JSON.parse(line)];
        } catch {
          return []; // empty, or cut in its middle
        }
      });
  }
  #forget(): void {
    const kept = [
      ...new Set(
        this.#all()
          .map(({ digest }) => digest)
          .reverse(),
      ),
    ].slice(0, KEPT);
    for (const name of readdirSync(this.#folder))
      if (name.endsWith('.json.gz') && !kept.includes(name.split('.')[0]!)) rmSync(join(this.#folder, name));
  }
}
