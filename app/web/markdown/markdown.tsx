import { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import { Component, type ReactNode, Suspense, use } from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import type { CourseFiles } from '#shared/markdown/files.ts';
import { markdownTree } from '#shared/markdown/pipeline.ts';
import './markdown.css';

const drawn = new WeakMap<object, Promise<ReactNode>>();
/** What was made of a tree is the same object as long as the tree is: React waits for it once. */
function nodesOf(text: string, course: CourseFiles | undefined): Promise<ReactNode> {
  const tree = markdownTree(text, course);
  const known = drawn.get(tree);
  if (known) return known;
  const nodes = tree.then((root) => toJsxRuntime(root, { Fragment, jsx, jsxs }));
  drawn.set(tree, nodes);
  return nodes;
}

const Text = ({ text, course }: { text: string; course: CourseFiles | undefined }) =>
  use(nodesOf(text, course));

/** Markdown as its author meant it, with the files of its course, without anything that could run. */
export function Markdown({ text, course }: { text: string; course?: CourseFiles }) {
  return (
    <div className="prose">
      <Plain text={text}>
        <Suspense fallback={<p className="plain">{text}</p>}>
          <Text text={text} course={course} />
        </Suspense>
      </Plain>
    </div>
  );
}

/** Shows the text as it was written where drawing it fails. */
class Plain extends Component<{ text: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError = () => ({ failed: true });
  override render() {
    return this.state.failed ? <p className="plain">{this.props.text}</p> : this.props.children;
  }
}
