import { frontPair } from '#constructs/front-firewall/pair.ts';
import { pfsense } from '#constructs/front-firewall/pfsense.ts';
import { ruleSheet } from '#constructs/front-firewall/sheet.ts';
import { below, type TextFile } from '#constructs/text-file.ts';
import type { Model, Site } from '#sites/model.ts';
import { hasHaproxy } from '#sites/site-kinds.ts';

/** The firewall before an on-premises site, in three forms: as pfSense imports it, as a person reads it, and as two hosts run it. */
export function frontFirewall(model: Model, site: Site): TextFile[] {
  if (!hasHaproxy(site)) return [];
  const place = { model, site };
  return below('front-firewall', [
    ['pfsense.xml', pfsense(place)],
    ['rules.md', ruleSheet(place)],
    ...frontPair(place),
  ]);
}
