import { type FrontName, fronts } from '#constructs/kubernetes/ingress/routes.ts';
import { FAMILIES, type Family } from '#sites/address.ts';
import type { Model } from '#sites/model.ts';
import { announced, appAddress, appSites } from '#sites/questions.ts';

/** A public name of the platform in one family, and one place where it leads. */
export interface Way {
  /** A site's code, or that of an address which several sites announce. */
  site: string | typeof ANY;
  name: string;
  family: Family;
  address: string;
  part: FrontName;
}

/** Stands for whichever site is nearest. */
export const ANY = 'any';

/** Every public name of the app's sites in each family that a site has. */
export const waysOf = (model: Model, sites: readonly string[]): Way[] =>
  appSites(model)
    .filter(({ code }) => sites.includes(code))
    .flatMap((site) =>
      fronts({ domain: model.domain, site }).flatMap(({ name: part, hosts }) =>
        hosts.flatMap((name) =>
          FAMILIES.flatMap((family) => {
            const address = appAddress(site)[family];
            return address ? [{ site: site.code, name, family, address, part }] : [];
          }),
        ),
      ),
    );

/** The platform's name at the addresses that sites announce. */
export const announcedWays = (model: Model): Way[] =>
  FAMILIES.flatMap((family) =>
    [...new Set(model.sites.flatMap((site) => announced(model, site)[family] ?? []))].map((address) => ({
      site: ANY,
      name: model.domain,
      family,
      address,
      part: 'education',
    })),
  );

/** Where name servers may send somebody who asks for a name: to a way in of a site, or to the address that all of them announce. */
export function rightAddresses(model: Model, name: string, family: Family): string[] {
  const ways = [
    ...waysOf(
      model,
      appSites(model).map(({ code }) => code),
    ),
    ...announcedWays(model),
  ];
  const right = ways.filter((way) => way.name === name && way.family === family);
  return [...new Set(right.map(({ address }) => address))];
}
