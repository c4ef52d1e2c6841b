import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const HUES = Object.fromEntries(
  [0, 1, 2, 3, 4, 5].map((number) => [`.hue-${number}`, { '--hue': `var(--hue-${number})` }]),
);

/** How the text of an editor looks: by the colours of the pages, which reach into it. */
const theme = EditorView.theme({
  '&': {
    color: 'var(--ink)',
    backgroundColor: 'var(--paper)',
    border: '1px solid var(--ink-soft)',
    borderRadius: 'var(--radius)',
    fontSize: '1rem',
  },
  '&.cm-focused': { outline: '3px solid var(--accent)', outlineOffset: '1px' },
  '.cm-scroller': { fontFamily: 'var(--font-code)', lineHeight: '1.7' },
  '.cm-content': { minHeight: '18rem', padding: 'var(--space-3) 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 var(--space-3)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--paper)',
    color: 'var(--ink)',
    border: '1px solid var(--ink-soft)',
    borderRadius: 'var(--radius)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: 'var(--space-2) var(--space-3)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
  },
  '.cursor': {
    position: 'relative',
    display: 'inline-block',
    width: '0',
    height: '1.2em',
    verticalAlign: 'text-bottom',
    boxShadow: '0 0 0 1px var(--hue)',
  },
  '.cursor-name': {
    position: 'absolute',
    bottom: '100%',
    left: '-1px',
    padding: '0 var(--space-1)',
    borderRadius: '3px 3px 3px 0',
    backgroundColor: 'var(--hue)',
    color: 'var(--paper)',
    font: '600 0.75rem / 1.4 var(--font)',
    whiteSpace: 'nowrap',
    pointerEvents: 'none',
  },
  ...HUES,
});

const words = HighlightStyle.define([
  { tag: tags.heading, fontWeight: '700', color: 'var(--accent-strong)' },
  { tag: tags.strong, fontWeight: '700' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
  { tag: [tags.link, tags.url], color: 'var(--accent)' },
  { tag: [tags.monospace, tags.processingInstruction, tags.quote], color: 'var(--ink-soft)' },
]);

export const look = [theme, syntaxHighlighting(words)];
