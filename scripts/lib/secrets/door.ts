import { join, resolve } from 'node:path';
import type { Model } from '#sites/model.ts';
import { CannotLook, options } from '../main.ts';
import { yes } from '../procedure/terminal.ts';
import { loadModel, ROOT, SITES } from '../sites.ts';
import {
  type Context,
  edit,
  init,
  makeMissing,
  play,
  putSite,
  reseal,
  showCheck,
  showNames,
  sitesNamed,
} from './commands.ts';
import { Store } from './store.ts';

const USAGE = `npm run secrets -- init | check [SITE…] | show-names [SITE…] | make | edit SITE | rotate [NAME…] | put SITE… | play SITE [-- OPTION…]
  [--sites FOLDER] [--secrets FOLDER] [--tree FOLDER] [--state FOLDER] [--dry-run] [--yes] [--json] [--certificates]
  One encrypted file a site, in the format of sops, for the age recipients of .sops.yaml in the same folder (default secrets/ of
  the sites folder). init makes your key and that file; check says what is missing and what is spare, without a key too;
  show-names lists what each site needs and who makes it; make draws what can be drawn; edit opens a site in EDITOR; rotate seals
  all files anew for who may read now, or draws new words for the Secrets that it names; put brings a site's to its cluster and
  hosts (--certificates: those of the database's authority alone); play runs the whole playbook of a site's hosts with them in memory.
  Exit: 0 clean, 1 problems, 2 could not look.`;

export const OPTIONS = {
  ...SITES,
  secrets: { type: 'string' },
  tree: { type: 'string', default: join(ROOT, 'dist') },
  state: { type: 'string', default: join(ROOT, '.fredu') },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Where the encrypted files of a platform are. */
export const storeOf = ({ sites, secrets }: { sites: string; secrets?: string }): Store =>
  new Store(secrets === undefined ? join(resolve(sites), 'secrets') : resolve(secrets));

/**
 * Does what the words after `npm run secrets --` say.
 * @param loaded the model, where it was read before
 * @returns the exit code @throws CannotLook with one line
 */
export async function secrets(
  args: readonly string[],
  { out, loaded }: { out: (text: string) => void; loaded?: Model },
): Promise<number> {
  const { values, positionals } = options(
    USAGE,
    { ...OPTIONS, certificates: { type: 'boolean' } },
    { words: true, args },
  );
  const [verb, ...words] = positionals;
  const model = loaded ?? loadModel(values.sites, { json: values.json });
  if (!model) return 1;
  const context: Context = {
    model,
    store: storeOf(values),
    now: new Date(),
    out,
    tree: resolve(values.tree),
    state: resolve(values.state),
    ...(values.json && { json: true }),
  };
  const dry = values['dry-run'] ?? false;
  switch (verb) {
    case 'init':
      return init(context);
    case 'check':
      return showCheck(context, sitesNamed(model, words));
    case 'show-names':
      return showNames(context, sitesNamed(model, words));
    case 'make':
      return makeMissing(context, { dry });
    case 'edit': {
      const [site, ...others] = words.length > 0 ? sitesNamed(model, words) : [];
      if (!site || others.length > 0) throw new CannotLook(`name one site\n${USAGE}`);
      return edit(context, site);
    }
    case 'rotate':
      if (words.length === 0) return reseal(context, { dry });
      if (!dry && !values.yes && !(await agreed(words))) {
        process.stderr.write('nothing was done; --yes begins without asking\n');
        return 1;
      }
      return makeMissing(context, { renewed: words, dry });
    case 'play': {
      const [name, ...more] = words;
      if (name === undefined) throw new CannotLook(`name a site\n${USAGE}`);
      return play(context, sitesNamed(model, [name])[0]!, more);
    }
    case 'put': {
      if (words.length === 0) throw new CannotLook(`name a site\n${USAGE}`);
      for (const site of sitesNamed(model, words))
        await putSite(context, site, { certificates: values.certificates ?? false, dry });
      return 0;
    }
    default:
      throw new CannotLook(`${verb === undefined ? 'say what to do' : `there is no ${verb}`}\n${USAGE}`);
  }
}

async function agreed(names: readonly string[]): Promise<boolean> {
  const question = `New words for ${names.join(', ')}: their readers are refused from the moment when the store has them until every site is deployed. Go on? [yes/no] `;
  return process.stdin.isTTY && (await yes(question));
}
