import type { Nodes, Parents, Root, RootContent } from 'mdast';
import { visit } from 'unist-util-visit';
import { KINDS } from './files.ts';

const known = new Set<string>(KINDS);

/** Gives back as text what only looks like a reference – `Attention:ici`, `:::note` – so that nothing that a person typed is lost. */
export function remarkUnknownDirectives() {
  return (tree: Root, file: { toString(): string }) => {
    const source = String(file);
    const written = (node: Nodes) => source.slice(node.position?.start.offset, node.position?.end.offset);
    visit(tree, (node, index, parent) => {
      if (!parent || index === undefined) return undefined;
      const put = (...nodes: RootContent[]) => {
        (parent as Parents).children.splice(index, 1, ...nodes);
        return index + (node.type === 'containerDirective' ? 0 : nodes.length);
      };
      switch (node.type) {
        case 'textDirective':
          return put({ type: 'text', value: written(node) });
        case 'leafDirective':
          return known.has(node.name) ? undefined : put(paragraph(written(node)));
        case 'containerDirective': {
          const lines = written(node).split('\n');
          const last = lines.at(-1)!.trim();
          const content = node.children.filter(
            (child) => !(child.type === 'paragraph' && child.data?.directiveLabel),
          );
          const isClosed = lines.length > 1 && /^:{3,}$/.test(last);
          return put(paragraph(lines[0]!), ...content, ...(isClosed ? [paragraph(last)] : []));
        }
        default:
          return undefined;
      }
    });
  };
}

const paragraph = (value: string): RootContent => ({
  type: 'paragraph',
  children: [{ type: 'text', value }],
});
