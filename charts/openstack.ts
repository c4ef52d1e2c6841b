import type { Model, Site } from '../sites/model.ts';

export function openstack(_model: Model, _site: Site): [path: string, text: string][] {
  return [];
}
