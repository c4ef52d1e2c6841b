import type { KeptLetter } from './mailer.ts';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const text = (value: string): string => value.replace(/[&<>"]/g, (character) => escapes[character]!);
const linked = (value: string): string =>
  text(value).replace(/https?:\/\/[^\s<]+/g, (url) => `<a href="${url}">${url}</a>`);

/** The letters that were not really sent, the newest first. */
export const lettersPage = (letters: KeptLetter[]): string => `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Courrier – fredu</title>
<link rel="stylesheet" href="/courrier.css">
</head>
<body>
<main>
<h1>Courrier</h1>
<p>Sans SMTP_URL, les e-mails ne partent pas : ils restent sur cette machine.</p>
${letters.length === 0 ? '<p>Aucun e-mail pour l’instant.</p>' : ''}
${letters
  .map(
    (letter) => `<article lang="${letter.language}"><h2>${text(letter.subject)}</h2>
<p><small>À ${text(letter.to)}, ${text(letter.at)}</small></p><pre>${linked(letter.text)}</pre></article>`,
  )
  .join('\n')}
</main>
</body>
</html>
`;

export const lettersStyle = `
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5; }
main { max-width: 42rem; margin: 0 auto; padding: 1rem; }
article { border: 1px solid light-dark(#d5dae3, #3a4150); border-radius: 0.5rem; padding: 0 1rem; margin: 1rem 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
a { color: light-dark(#1f4fa3, #9cc0ff); }
`;
