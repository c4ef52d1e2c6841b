import { type Static, Type } from 'typebox';
import { SITE_PAGE_NAMES } from '../site-pages.ts';
import { Fields, Moment, OneOf, OrNull, Text } from './common.ts';

export const SitePageParams = Type.Object({ name: OneOf(...SITE_PAGE_NAMES) });

/** What a site says of itself, in Markdown and as it is shown. */
export const SitePage = Fields(
  {
    name: OneOf(...SITE_PAGE_NAMES),
    title: Type.String({ examples: ['Mentions légales'] }),
    body: Type.String({ description: 'Markdown', examples: ['Ce site est édité par …'] }),
    html: Type.String({ examples: ['<p>Ce site est édité par …</p>'] }),
    version: Type.Integer({
      minimum: 0,
      description: '0 for the text that comes with the app',
      examples: [1],
    }),
    updatedAt: OrNull(Moment),
  },
  { $id: 'SitePage' },
);
export type SitePage = Static<typeof SitePage>;

export const SitePageChange = Fields({
  body: Text(50_000, {
    description: 'Markdown; an empty one brings back the text that comes with the app',
    examples: ['Ce site est édité par …'],
  }),
});
