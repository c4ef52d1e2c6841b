import type { Page, Pages } from '../panels.ts';
import { ceph } from './ceph.ts';
import { cockroachdb } from './cockroachdb.ts';
import { edge } from './edge.ts';
import { education } from './education.ts';
import { kubernetes } from './kubernetes.ts';
import { overview } from './overview.ts';
import { traefik } from './traefik.ts';

/** Every page, the overview first. */
export const PAGES: Pages[] = [overview, education, cockroachdb, ceph, edge, traefik, kubernetes];

/** The pages of a site: what it does not have has none. */
export const pagesOf = (at: Parameters<Pages>[0]): Page[] =>
  PAGES.filter((page) => page !== ceph || at.site.objects).map((page) => page(at));
