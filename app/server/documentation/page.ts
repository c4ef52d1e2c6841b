/** The parts of an OpenAPI document that the page shows. */
export interface OpenApiDocument {
  info: { title: string; version: string; description?: string };
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}
interface Operation {
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: Schema }> }>;
}
interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  format?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  examples?: unknown[];
  default?: unknown;
  [key: string]: unknown;
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const text = (value: unknown): string => String(value).replace(/[&<>"]/g, (character) => escapes[character]!);
const anchor = (value: string): string => value.replace(/[^\w]+/g, '-').replace(/^-|-$/g, '');

/** The documentation of the API as one page of HTML. */
export function documentationPage(
  document: OpenApiDocument,
  { style, source }: { style: string; source: string },
): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const groups = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? 'other'))].map(
    (name) => ({
      name,
      description: document.tags?.find((tag) => tag.name === name)?.description,
      operations: operations.filter(({ operation }) => (operation.tags?.[0] ?? 'other') === name),
    }),
  );
  const schemas = Object.entries(document.components?.schemas ?? {});
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(document.info.title)} – API</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<header><h1>${text(document.info.title)} API, version ${text(document.info.version)}</h1>
<p>${text(document.info.description ?? '')} <a href="${source}">OpenAPI document</a></p></header>
<nav aria-label="Operations">${groups
    .map(
      (group) =>
        `<h2>${text(group.name)}</h2><ul>${group.operations
          .map(
            ({ path, method }) =>
              `<li><a href="#${anchor(method + path)}"><code>${method} ${text(path)}</code></a></li>`,
          )
          .join('')}</ul>`,
    )
    .join('')}<h2>schemas</h2><ul>${schemas
    .map(([name]) => `<li><a href="#schema-${anchor(name)}"><code>${text(name)}</code></a></li>`)
    .join('')}</ul></nav>
<main>${groups
    .map(
      (
        group,
      ) => `<section><h2>${text(group.name)}</h2>${group.description ? `<p>${text(group.description)}</p>` : ''}
${group.operations.map(operationHtml).join('\n')}</section>`,
    )
    .join('\n')}
<section><h2>schemas</h2>${schemas
    .map(
      ([name, schema]) =>
        `<article id="schema-${anchor(name)}"><h3><code>${text(name)}</code></h3>${schemaHtml(schema)}</article>`,
    )
    .join('\n')}</section></main>
</body>
</html>
`;
}

function operationHtml({
  path,
  method,
  operation,
}: {
  path: string;
  method: string;
  operation: Operation;
}): string {
  const { parameters = [], requestBody, responses } = operation;
  return `<article id="${anchor(method + path)}"><h3><code>${method} ${text(path)}</code></h3>
<p>${text(operation.summary ?? '')}</p>${operation.description ? `<p>${text(operation.description)}</p>` : ''}
${
  parameters.length > 0
    ? `<h4>Parameters</h4><dl>${parameters
        .map(
          (each) =>
            `<dt><code>${text(each.name)}</code> in ${text(each.in)}${each.required ? ', required' : ''}</dt><dd>${typeHtml(each.schema)} ${text(each.description ?? '')}</dd>`,
        )
        .join('')}</dl>`
    : ''
}${requestBody ? `<h4>Body</h4>${contentHtml(requestBody.content)}` : ''}
<h4>Answers</h4><dl>${Object.entries(responses)
    .map(
      ([status, { description, content }]) =>
        `<dt>${status}</dt><dd>${text(description)} ${content ? contentHtml(content) : ''}</dd>`,
    )
    .join('')}</dl></article>`;
}

const contentHtml = (content: Record<string, { schema?: Schema }>): string =>
  Object.entries(content)
    .map(([type, { schema }]) => `<p><code>${text(type)}</code></p>${schema ? schemaHtml(schema) : ''}`)
    .join('');

function schemaHtml(schema: Schema): string {
  if (!schema.properties) return `<p>${typeHtml(schema)}</p>`;
  return `<dl>${Object.entries(schema.properties)
    .map(
      ([name, property]) =>
        `<dt><code>${text(name)}</code>${schema.required?.includes(name) ? '' : ', optional'}</dt><dd>${typeHtml(property)} ${text(property.description ?? '')}</dd>`,
    )
    .join('')}</dl>`;
}

function typeHtml(schema: Schema): string {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1)!;
    return `<a href="#schema-${anchor(name)}">${text(name)}</a>`;
  }
  if (schema.anyOf) return schema.anyOf.map(typeHtml).join(' or ');
  if (schema.const !== undefined) return `<code>${text(JSON.stringify(schema.const))}</code>`;
  if (schema.enum)
    return schema.enum.map((each) => `<code>${text(JSON.stringify(each))}</code>`).join(' or ');
  if (schema.type === 'array' && schema.items) return `array of ${typeHtml(schema.items)}`;
  if (schema.properties) return `object ${schemaHtml(schema)}`;
  const bounds = ['minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'default']
    .filter((key) => schema[key] !== undefined)
    .map((key) => `${key} ${text(schema[key])}`);
  const example = schema.examples?.[0];
  return [
    text(schema.format ?? schema.type ?? 'any'),
    ...bounds,
    ...(example === undefined ? [] : [`for example <code>${text(JSON.stringify(example))}</code>`]),
  ].join(', ');
}

export const documentationStyle = `
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5; }
body { margin: 0 auto; max-width: 78rem; padding: 1rem; display: grid; gap: 1.5rem; }
code { font-size: 0.95em; overflow-wrap: anywhere; }
a { color: light-dark(#1f4fa3, #9cc0ff); }
h2 { border-bottom: 2px solid light-dark(#d5dae3, #3a4150); }
nav ul { list-style: none; padding: 0; }
nav li { padding: 0.15rem 0; }
article { border: 1px solid light-dark(#d5dae3, #3a4150); border-radius: 0.5rem; padding: 0 1rem 0.5rem; margin: 1rem 0; }
dl { margin: 0.25rem 0; }
dt { margin-top: 0.4rem; }
dd { margin-left: 1rem; padding-left: 0.75rem; border-left: 2px solid light-dark(#e6e9ef, #2d3340); }
dd p { margin: 0.25rem 0; }
@media (min-width: 60rem) {
  body { grid-template-columns: 20rem 1fr; }
  header { grid-column: 1 / -1; }
  nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto; }
}
`;
