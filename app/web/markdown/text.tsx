import { useMemo } from 'react';
import './text.css';

/**
 * A text as its author meant it. The server made the HTML of Markdown, with nothing in it that could run: it cleans what people write before it
 * puts in what is ours, and the policy of our pages refuses the rest. `of` names the text, for the page that came with it from the server.
 */
export function Text({ html, of }: { html: string; of?: string }) {
  // The same object as long as the text is: it is not put into the page again.
  const content = useMemo(() => ({ __html: html }), [html]);
  // biome-ignore lint/security/noDangerouslySetInnerHtml: the server cleans it, `app/shared/markdown/xss.test.ts` attacks it
  return <div className="prose" data-text={of} dangerouslySetInnerHTML={content} />;
}
