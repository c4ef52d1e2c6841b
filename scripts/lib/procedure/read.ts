import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { parseDocument } from 'yaml';
import type { Procedure } from '#sites/schema/procedure.ts';
import schema from '#sites/schemas/procedure.schema.json' with { type: 'json' };
import { CannotLook, cannot } from '../main.ts';

/**
 * A procedure and the site whose it is, by its path in the tree.
 * @param text what the file says, where it was read before
 * @throws CannotLook for a file that is not there, no YAML, or no procedure
 */
export function readProcedure(path: string, text = textOf(path)): { site: string; procedure: Procedure } {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken) throw new CannotLook(`${path}: ${broken.message.split('\n')[0]}`);
  const validate = new Ajv({ strict: false }).compile(schema);
  const procedure: unknown = document.toJS();
  if (!validate(procedure)) {
    const [first] = validate.errors!;
    throw new CannotLook(
      `${path} is no procedure: ${first!.instancePath || 'the file'} ${first!.message}; sites/schemas/procedure.schema.json says what one is`,
    );
  }
  return { site: basename(dirname(dirname(resolve(path)))), procedure: procedure as Procedure };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw cannot('read', path, error);
  }
}
