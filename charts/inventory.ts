import type { Model, Site } from '../sites/model.ts';

export function inventory(_model: Model, _site: Site): [path: string, text: string][] {
  return [];
}
