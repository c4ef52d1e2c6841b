import type { Model } from '../sites/model.ts';

export function platform(_model: Model): [path: string, text: string][] {
  return [];
}
