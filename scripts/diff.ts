import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { artefacts } from '#charts/artefacts.ts';
import { exitOf, html, json, markdown, report, text } from '#policies/diff/index.ts';
import { nearest } from '#sites/load/near.ts';
import { CannotLook, cannot, main, options } from './lib/main.ts';
import { type NamedTree, namedTree } from './lib/named-tree.ts';
import { loadSites, ROOT, SITES } from './lib/sites.ts';
import { verdicts } from './lib/verdicts.ts';

const USAGE = `npm run diff [-- BEFORE [AFTER]] [--sites FOLDER] [--format text|markdown|json|html] [--out FILE] [--all] [--no-verdicts]
  Says what a change does: BEFORE and AFTER are commits, whose charts/golden is meant, or folders that synth wrote.
  Without AFTER: what the files of a folder (default sites/, or FREDU_SITES) say now; without both, against HEAD.
  --all cuts no detail; --no-verdicts does not ask the laws; --any-version compares trees of two versions of this tool.
  Ends with 0 where nothing differs, 1 where something does, 3 where data is lost or somebody reaches more, 2 if it could not look.`;

const FORMATS = ['text', 'markdown', 'json', 'html'] as const;
type Format = (typeof FORMATS)[number];

if (import.meta.main) {
  await main(async () => {
    const { values, positionals } = options(
      USAGE,
      {
        ...SITES,
        format: { type: 'string', default: 'text' },
        out: { type: 'string' },
        all: { type: 'boolean' },
        'no-verdicts': { type: 'boolean' },
        'any-version': { type: 'boolean' },
      },
      { words: true },
    );
    const format = formatOf(values.format);
    const [from = 'HEAD', to, ...more] = positionals;
    if (more.length > 0)
      throw new CannotLook(`nothing is to be done with ${more[0]}: two trees are compared\n${USAGE}`);
    const before = await namedTree(from);
    const after = to === undefined ? sitesTree(values.sites, format === 'json') : await namedTree(to);
    if (!after) return 2;
    if (!values['any-version']) sameVersion(before, after);
    const judged = values['no-verdicts'] ? 'nobody asked the laws' : verdicts(before, after);
    const made = report(before.tree, after.tree, { before: before.name, after: after.name }, await judged);
    const colour = process.stdout.isTTY && !process.env.NO_COLOR && values.out === undefined;
    const said = {
      text: () => text(made, { colour, ...(values.all ? { groupsMax: Number.POSITIVE_INFINITY } : {}) }),
      markdown: () => markdown(made, values.all ? { charactersMax: Number.POSITIVE_INFINITY } : {}),
      json: () => json(made),
      html: () => html(made),
    }[format]();
    if (values.out === undefined) process.stdout.write(said);
    else write(values.out, said);
    return exitOf(made);
  });
}

function formatOf(word: string): Format {
  const format = FORMATS.find((each) => each === word);
  if (format) return format;
  const near = nearest(word, [...FORMATS]);
  throw new CannotLook(
    `there is no format ${word}; ${near ? `did you mean ${near}?` : `there are ${FORMATS.join(', ')}`}`,
  );
}

/** What the files of a folder say now; nothing where they are refused, which is printed. */
function sitesTree(folder: string, isJson: boolean): NamedTree | undefined {
  const { model } = loadSites(folder, { json: isJson });
  const name = `${relative(ROOT, resolve(folder)) || '.'}/`;
  return model && { name, tree: artefacts(model), sites: resolve(folder) };
}

/** The golden tree of another version differs for reasons of its own. @throws CannotLook when the versions differ */
function sameVersion(before: NamedTree, after: NamedTree): void {
  if (before.version === undefined || after.version === undefined || before.version === after.version) return;
  throw new CannotLook(
    `${before.name} was made by version ${before.version} and ${after.name} by ${after.version}, so both the tool and the sites may have moved; --any-version compares them all the same`,
  );
}

function write(file: string, said: string): void {
  try {
    writeFileSync(file, said);
  } catch (error) {
    throw cannot('write', file, error);
  }
}
