import type { Finding, Policy } from '../law.ts';
import { ofKind } from '../reading/objects.ts';

export const scriptNames: Policy = {
  id: 'script-names',
  title: 'every name that a script in Python uses is one that it makes, imports or is given by Python',
  why: 'Avoid: a name with a slip in it, a word that is no statement. Prefer: scripts that are short enough to be read. Rationale: Python finds a wrong name only when it comes by: an exporter that ends with the first question is a lag of copies that nobody sees.',
  check: (_model, tree) =>
    ofKind(tree, 'ConfigMap').flatMap(({ path, object }) =>
      Object.entries<unknown>(object.data ?? {})
        .filter(([file, text]) => file.endsWith('.py') && typeof text === 'string')
        .flatMap(([file, text]) => judge(path, file, String(text))),
    ),
};

/** @see https://docs.python.org/3/reference/lexical_analysis.html#keywords */
const KEYWORDS = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);
/** @see https://docs.python.org/3/library/functions.html */
const BUILTINS = new Set(
  'abs all any bool bytes callable chr dict dir divmod enumerate filter float format frozenset getattr hasattr hash hex id input int isinstance issubclass iter len list map max min next object oct open ord pow print property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip Exception OSError ValueError KeyError RuntimeError TypeError IndexError TimeoutError StopIteration ConnectionError UnicodeDecodeError KeyboardInterrupt __name__ __file__ __doc__'.split(
    ' ',
  ),
);
/** Words after which a name may follow without an operator between. */
const OPENS = new Set(
  [...KEYWORDS].filter((word) => !['False', 'None', 'True', 'break', 'continue', 'pass'].includes(word)),
);

function judge(path: string, file: string, text: string): Finding[] {
  const code = bare(text);
  const bound = new Set([...bindings(code)]);
  // What stands before one `=` is made there, or is the name of an argument.
  const words = [...code.matchAll(/(?<![\w.])([A-Za-z_]\w*)(?!\w)(?!\s*=(?!=))/g)].map(
    ([, word = '']) => word,
  );
  const wrong = (at: string, message: string): Finding => ({
    path,
    text: at,
    message: `${file} ${message}`,
    fix: 'make the tree again with `npm run synth`',
  });
  const unknown = [...new Set(words)].filter(
    (word) => !KEYWORDS.has(word) && !BUILTINS.has(word) && !bound.has(word),
  );
  const beside = [...code.matchAll(/(?<![\w.])([A-Za-z_]\w*)[ \t]+([A-Za-z_]\w*)/g)]
    .filter(([, first = '', second = '']) => !OPENS.has(first) && !KEYWORDS.has(second))
    .map(([both]) => both);
  const reassigned = [...code.matchAll(/^[ \t]*(?:[\w, ]+,[ \t]*)?(\w+)[\w, ]*=(?!=)/gm)].flatMap(([line]) =>
    (line.split('=')[0] ?? '')
      .split(',')
      .map((each) => each.trim())
      .filter((each) => KEYWORDS.has(each)),
  );
  return [
    ...unknown.map((word) => wrong(word, `uses ${word}, which it never makes`)),
    ...beside.map((both) => wrong(both.split(/\s+/)[0]!, `says \`${both}\`, which is no Python`)),
    ...reassigned.map((word) => wrong(word, `gives ${word} a value, which is a word of Python`)),
  ];
}

/** The program without comments and without what stands in texts; of an f-string what is in braces stays. */
const bare = (text: string): string =>
  text
    .replaceAll(/"""[\s\S]*?"""/g, '""')
    .replaceAll(
      /\bf(["'])((?:\\.|(?!\1)[^\\\n])*)\1/g,
      (_, _quote, inner: string) =>
        ` (${[...inner.matchAll(/\{([^{}]*)\}/g)].map(([, each = '']) => each.replaceAll(/"[^"]*"|'[^']*'/g, '""').replace(/:[^:\]]*$/, '')).join(', ')}) `,
    )
    .replaceAll(/(?<!\w)[rbu]{0,2}("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/g, '""')
    .replaceAll(/#.*$/gm, '');

/** Names that a program makes: by import, definition, parameter, loop, assignment, `as` and `:=`. */
function* bindings(code: string): Iterable<string> {
  for (const [, list = ''] of code.matchAll(/\bimport ([\w., ]+)/g))
    for (const each of list.split(',')) yield each.trim().split(/[. ]/)[0]!;
  for (const [, name = '', parameters = ''] of code.matchAll(/\b(?:def|class) (\w+)\s*(?:\(([^)]*)\))?/g)) {
    yield name;
    for (const each of parameters.split(','))
      yield each
        .replace(/[:=].*/, '')
        .replaceAll('*', '')
        .trim();
  }
  for (const [, list = ''] of code.matchAll(/\blambda ([\w, ]*):/g))
    for (const each of list.split(',')) yield each.trim();
  for (const [, list = ''] of code.matchAll(/\bfor ([\w, ()]+) in\b/g))
    for (const each of list.split(',')) yield each.replaceAll(/[()]/g, '').trim();
  for (const [, name = ''] of code.matchAll(/\bas (\w+)/g)) yield name;
  for (const [, name = ''] of code.matchAll(/(\w+)\s*:=/g)) yield name;
  for (const [, list = ''] of code.matchAll(/^[ \t]*([\w, *]+?)\s*=(?!=)/gm))
    for (const each of list.split(',')) yield each.replaceAll('*', '').trim();
}
