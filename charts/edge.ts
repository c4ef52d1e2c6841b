import type { Model, Site } from '../sites/model.ts';

export function edge(_model: Model, _site: Site): [path: string, text: string][] {
  return [];
}
