import { Construct } from 'constructs';
import type { AtSite } from '#constructs/at-site.ts';
import type { KubernetesSite } from '#sites/site-kinds.ts';
import { EducationApi } from './education-api.ts';
import { EducationMigrations } from './education-migrations.ts';
import { EducationWeb } from './education-web.ts';

/** The education app of a site: its API, its pages, and the job that brings the schema up to date. */
export class Education extends Construct {
  constructor(scope: Construct, id: string, at: AtSite<KubernetesSite>) {
    super(scope, id);
    new EducationApi(this, 'api', at);
    new EducationWeb(this, 'web', at);
    new EducationMigrations(this, 'education-migrations', at);
  }
}
