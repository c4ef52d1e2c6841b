import type { Element, Root } from 'hast';
import { visit } from 'unist-util-visit';

/** Languages that courses teach; the grammar of each is fetched when a text has it. */
const GRAMMARS = {
  bash: () => import('shiki/langs/bash.mjs'),
  c: () => import('shiki/langs/c.mjs'),
  cpp: () => import('shiki/langs/cpp.mjs'),
  css: () => import('shiki/langs/css.mjs'),
  html: () => import('shiki/langs/html.mjs'),
  java: () => import('shiki/langs/java.mjs'),
  javascript: () => import('shiki/langs/javascript.mjs'),
  json: () => import('shiki/langs/json.mjs'),
  latex: () => import('shiki/langs/latex.mjs'),
  ocaml: () => import('shiki/langs/ocaml.mjs'),
  php: () => import('shiki/langs/php.mjs'),
  python: () => import('shiki/langs/python.mjs'),
  r: () => import('shiki/langs/r.mjs'),
  rust: () => import('shiki/langs/rust.mjs'),
  sql: () => import('shiki/langs/sql.mjs'),
  typescript: () => import('shiki/langs/typescript.mjs'),
  yaml: () => import('shiki/langs/yaml.mjs'),
};
type Language = keyof typeof GRAMMARS;
const OTHER_NAMES: Record<string, Language> = {
  js: 'javascript',
  py: 'python',
  sh: 'bash',
  shell: 'bash',
  tex: 'latex',
  ts: 'typescript',
  yml: 'yaml',
};
/** Longer code is shown in one colour: colouring takes time in proportion, and the reader waits for it. */
const CODE_MAX = 20_000;
const THEME = 'fredu';

/** Regular expressions run as the browser's own: WebAssembly would need a laxer content security policy. */
const highlighter = once(async () => {
  const [{ createHighlighterCore, createCssVariablesTheme }, { createJavaScriptRegexEngine }] =
    await Promise.all([import('shiki/core'), import('shiki/engine/javascript')]);
  return createHighlighterCore({
    themes: [createCssVariablesTheme({ name: THEME, variablePrefix: '--' })],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
});

/** Marks the words of code by class (`code-keyword`): no style stands in the page, as its policy wants it. */
export function rehypeHighlight() {
  return async (tree: Root) => {
    const found: { code: Element; language: Language; text: string }[] = [];
    visit(tree, 'element', (node, _index, parent) => {
      if (node.tagName !== 'code' || (parent as Element | undefined)?.tagName !== 'pre') return;
      const name = [node.properties.className]
        .flat()
        .map(String)
        .find((each) => each.startsWith('language-'))
        ?.slice('language-'.length)
        .toLowerCase();
      const language = name === undefined ? undefined : languageNamed(name);
      const [child] = node.children;
      if (language && child?.type === 'text' && child.value.length <= CODE_MAX)
        found.push({ code: node, language, text: child.value });
    });
    if (found.length === 0) return;
    const shiki = await highlighter();
    for (const { code, language, text } of found) {
      await shiki.loadLanguage(GRAMMARS[language]());
      const lines = shiki.codeToTokensBase(text, { lang: language, theme: THEME });
      code.children = lines.flatMap((line, number) => [
        ...(number > 0 ? [{ type: 'text' as const, value: '\n' }] : []),
        ...line.map(({ content, color }) => {
          const word = { type: 'text' as const, value: content };
          const kind = /^var\(--token-([a-z-]+)\)$/.exec(color ?? '')?.[1];
          return kind
            ? ({
                type: 'element',
                tagName: 'span',
                properties: { className: [`code-${kind}`] },
                children: [word],
              } as Element)
            : word;
        }),
      ]);
    }
  };
}

function languageNamed(name: string): Language | undefined {
  if (Object.hasOwn(GRAMMARS, name)) return name as Language;
  return Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : undefined;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
